import { RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BoundTable } from './bound-table.ts';
import { tableDefaults } from './bound-table.ts';

/**
 * All actions that change or remove an item, even by expiry, or that put an item without a condition. Transactions are not listed:
 * each write in a transaction needs the permission that it would need alone.
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

/** The only source of truth. Its resource policy makes it append-only for every principal, whatever their own permissions. */
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
            // The policy of a table applies to that table only. Its ARN cannot be used: a resource cannot refer to itself.
            resources: ['*'],
          }),
        ],
      }),
    });
  }
}
