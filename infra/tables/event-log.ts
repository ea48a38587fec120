import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { keptTable } from './bound-table.ts';

/**
 * All actions that change or remove an item, even by expiry, or that put an item without a condition. Transactions are
 * not listed: each write in a transaction needs the permission that it would need alone. UpdateItem has a statement of
 * its own.
 */
const changingActions = [
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
  'dynamodb:UpdateTimeToLive',
];

/**
 * The only source of truth. Its resource policy makes it append-only for every principal, whatever their own
 * permissions, but for the role that takes content out which is redacted.
 */
export class EventLog extends Table implements BoundTable {
  readonly variable = 'EVENT_LOG_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...keptTable(scope),
      // Whom it invokes reads the table. Images would keep for a day what is taken down.
      stream: StreamViewType.KEYS_ONLY,
      resourcePolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'NothingIsChangedOrRemoved',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: changingActions,
            // The policy of a table applies to that table only. Its ARN cannot be used: a resource cannot refer to
            // itself.
            resources: ['*'],
          }),
        ],
      }),
    });
  }
  /**
   * Denies every update of an item to all principals but one role. Call it once: without it, the deployed policy would
   * allow updates.
   */
  denyUpdatesExceptBy(roleArn: string): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyRedactedContentIsUpdated',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['dynamodb:UpdateItem'],
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': roleArn } },
      }),
    );
  }
}
