import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { AttributeType, BillingMode, type TableProps } from 'aws-cdk-lib/aws-dynamodb';

/** A table with the environment variable in which functions get its name. */
export interface BoundTable extends Table {
  readonly variable: string;
}

/** The properties of all tables: string keys `pk` and `sk`, billing by request, and recovery to any second of the last 35 days. */
export const tableDefaults = {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
} satisfies TableProps;
