import { RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { tableDefaults } from './table-defaults.ts';

/** What readers see: a function of the feed. It is deleted with the stack, since it can be rebuilt from the EventLog. */
export class Timelines extends Table implements BoundTable {
  readonly variable = 'TIMELINES_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...tableDefaults,
      // Fan-out follows the checkpoint, and reads what it needs.
      stream: StreamViewType.KEYS_ONLY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
