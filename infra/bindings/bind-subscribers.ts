import { Stack } from 'aws-cdk-lib';
import { Effect, Grant, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Subscribers } from '../tables/subscribers.ts';
import type { TableAction } from './bind.ts';

/** The actions on Subscribers that can be allowed. It is the only table whose items are changed and removed. */
export type SubscribersAction = TableAction | 'ConditionCheckItem';

const readingActions: ReadonlySet<SubscribersAction> = new Set(['GetItem', 'BatchGetItem', 'Query']);

/** The partitions of the secrets that sign messages. They contain nothing else. */
const secretsPartitions = 'S#*';

/**
 * Actions on the customer managed key that reading or writing an encrypted table needs (DynamoDB Developer Guide,
 * Encryption at rest).
 */
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
 * Gives a function the name of the table Subscribers, the permission for exactly these actions, and the use of the
 * table's own key, if it has one, through DynamoDB only. Without `secrets`, every request that names a partition of
 * secrets is denied, even as one item of a transaction or a batch (DynamoDB Developer Guide, Using IAM policy
 * conditions for fine-grained access control). This does not cover scans, which name no partition, so no function may
 * scan.
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
  if (subscribers.key) {
    handler.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: actions.every((action) => readingActions.has(action)) ? keyToRead : keyToWrite,
        resources: [subscribers.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(handler).region}.amazonaws.com` } },
      }),
    );
  }
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
