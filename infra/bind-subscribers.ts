import { Stack } from 'aws-cdk-lib';
import { Effect, Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { TableAction } from './bind-table.ts';
import type { Subscribers } from './subscribers.ts';

/** What a function may be allowed to do to subscribers, and to no other table: items are changed, checked and removed too. */
export type SubscribersAction = TableAction | 'ConditionCheckItem' | 'UpdateItem' | 'DeleteItem';

const readingActions: ReadonlySet<SubscribersAction> = new Set(['GetItem', 'BatchGetItem', 'Query']);

/** What DynamoDB asks of whoever reads or writes a table under a key of one's own (DynamoDB Developer Guide, Encryption at rest). */
const keyToRead = ['kms:Decrypt', 'kms:DescribeKey'];
const keyToWrite = [
  ...keyToRead,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * Gives a function the name of the table of subscribers and the right to do exactly this there; with it the use of the table's
 * key, through DynamoDB and for nothing else.
 */
export function bindSubscribers(
  handler: LambdaFunction,
  subscribers: Subscribers,
  actions: readonly SubscribersAction[],
): void {
  handler.addEnvironment(subscribers.variable, subscribers.tableName);
  Grant.addToPrincipal({
    grantee: handler,
    actions: actions.map((action) => `dynamodb:${action}`),
    resourceArns: [subscribers.tableArn],
  });
  handler.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: actions.every((action) => readingActions.has(action)) ? keyToRead : keyToWrite,
      resources: [subscribers.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(handler).region}.amazonaws.com` } },
    }),
  );
}
