import { RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { tableDefaults } from './bound-table.ts';

/** The timelines that readers see. The table is deleted with the stack, since it can be rebuilt from the EventLog. */
export class Timelines extends Table implements BoundTable {
  readonly variable = 'TIMELINES_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...tableDefaults,
      // A change of the checkpoint only invokes fan-out, which then reads the feed.
      stream: StreamViewType.KEYS_ONLY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
