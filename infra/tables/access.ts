import { RemovalPolicy } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { tableDefaults } from './table-defaults.ts';

/** API keys, as hashes. Kept when the stack goes: newsrooms could not write again until each had a new one. */
export class Access extends Table implements BoundTable {
  readonly variable = 'ACCESS_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, { ...tableDefaults, deletionProtection: true, removalPolicy: RemovalPolicy.RETAIN });
  }
}
