import { Stack } from 'aws-cdk-lib';
import { Effect, Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Subscribers } from '../tables/subscribers.ts';
import type { TableAction } from './bind-table.ts';

/** What a function may be allowed to do to subscribers, and to no other table: items are changed, checked and removed too. */
export type SubscribersAction = TableAction | 'ConditionCheckItem' | 'UpdateItem' | 'DeleteItem';

const readingActions: ReadonlySet<SubscribersAction> = new Set(['GetItem', 'BatchGetItem', 'Query']);

/** Where the secrets that sign messages stand, and nothing else (functions/lib/subscribers-table.ts). */
const secretsPartitions = 'S#*';

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
 * key, through DynamoDB and for nothing else. Unless secrets are its work, it is denied every request that names one of their partitions:
 * in a transaction or a batch each item is looked at (DynamoDB Developer Guide, Using IAM policy conditions for fine-grained access
 * control). A scan names no partition, and nothing may scan.
 */
export function bindSubscribers(
  handler: LambdaFunction,
  subscribers: Subscribers,
  actions: readonly SubscribersAction[],
  { secrets = false }: { readonly secrets?: boolean } = {},
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
  if (secrets) return;
  handler.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: ['dynamodb:*'],
      resources: [subscribers.tableArn],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': secretsPartitions } },
    }),
  );
}
