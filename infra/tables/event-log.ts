import { RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { tableDefaults } from './table-defaults.ts';

/**
 * Everything that changes or removes an item, also by an expiry, or that puts one where no condition can be set.
 * Transactions need no line of their own: each of their writes needs the permission it would need alone.
 */
const changingActions = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
  'dynamodb:UpdateTimeToLive',
];

/** The only source of truth: append-only, for everybody, whatever else they are allowed. */
export class EventLog extends Table implements BoundTable {
  readonly variable = 'EVENT_LOG_TABLE';

  constructor(scope: Construct, id: string) {
    super(scope, id, {
      ...tableDefaults,
      stream: StreamViewType.NEW_IMAGE,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      resourcePolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            sid: 'NothingIsChangedOrRemoved',
            effect: Effect.DENY,
            principals: [new AnyPrincipal()],
            actions: changingActions,
            // The policy of a table is about that table alone. Its ARN cannot stand here: a resource cannot refer to itself.
            resources: ['*'],
          }),
        ],
      }),
    });
  }
}
