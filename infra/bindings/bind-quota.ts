import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Access } from '../tables/access.ts';

/** The partitions that hold what newsrooms have used. They contain no keys and no limits. */
const usePartitions = 'USE#*';

/** What a newsroom may use a day, unless its record says otherwise. A context replaces each: `-c quotaEvents=50000`. */
const defaultQuota = [
  { name: 'events', context: 'quotaEvents', limit: 20_000 },
  { name: 'changes', context: 'quotaChanges', limit: 10_000 },
  { name: 'bytes', context: 'quotaBytes', limit: 512 * 1_024 * 1_024 },
];

/** Gives a function the quotas of newsrooms that have none of their own, as JSON. @throws {Error} naming a context that is no number */
export function bindDefaultQuota(handler: LambdaFunction): void {
  const limits = defaultQuota.map(({ name, context, limit }) => {
    const value = Number(handler.node.tryGetContext(context) ?? limit);
    if (Number.isSafeInteger(value) && value >= 0) return [name, value];
    throw new Error(`The context ${context} must be a whole number: how much a newsroom may use a day.`);
  });
  handler.addEnvironment('DEFAULT_QUOTA', JSON.stringify(Object.fromEntries(limits)));
}

/**
 * Lets a function count what newsrooms use, and nothing else: it cannot read the table Access, nor change keys and limits (DynamoDB
 * Developer Guide, Using IAM policy conditions for fine-grained access control).
 */
export function bindQuota(handler: LambdaFunction, access: Access): void {
  bindDefaultQuota(handler);
  handler.addEnvironment(access.variable, access.tableName);
  handler.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['dynamodb:UpdateItem'],
      resources: [access.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': usePartitions } },
    }),
  );
}
