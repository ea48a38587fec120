import { RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { BoundTable } from './bind-table.ts';
import { tableDefaults } from './table-defaults.ts';

/**
 * Everything that can change or remove an item, or put one without the condition that it must be new. Transactions are
 * covered: they need the permission of each item they write.
 */
const changingActions = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
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
