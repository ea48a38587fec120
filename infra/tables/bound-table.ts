import { RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { AttributeType, BillingMode, type TableProps } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';

/** A table with the environment variable in which functions get its name. */
export interface BoundTable extends Table {
  readonly variable: string;
}

/**
 * The properties of all tables: string keys `pk` and `sk`, billing by request, and recovery to any second of the last
 * 35 days.
 */
export const tableDefaults = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
} satisfies TableProps;

/**
 * The properties of a table that cannot be rebuilt. It is kept when the stack is deleted, and deleted only if the
 * deployment that creates it fails: it is empty then. See docs/decisions/0062.
 */
export const keptTable = (scope: Construct): TableProps => ({
  ...tableDefaults,
  deletionProtection: settingsOf(scope).deletionProtection,
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
});
