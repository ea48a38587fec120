import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { settingsOf } from '../config/settings-of.ts';
import type { BoundTable } from './bound-table.ts';
import { tableDefaults } from './bound-table.ts';

/**
 * The timelines that readers see. The table is deleted with the stack, since it can be rebuilt from the EventLog; for
 * that reason the profile `small` does without its recovery to a point in time.
 */
export class Timelines extends Table implements BoundTable {
  readonly variable = 'TIMELINES_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...tableDefaults,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: settingsOf(scope).profile === 'full' },
      // A change of the checkpoint only invokes fan-out, which then reads the feed.
      stream: StreamViewType.KEYS_ONLY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    if (settingsOf(scope).profile === 'full') return;
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'Timelines can be rebuilt from the EventLog, and the profile small keeps no backup of them.',
    });
  }
}
