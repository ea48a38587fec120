import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Access } from '../tables/access.ts';

/** The partitions that hold how many slow requests of a newsroom are under way. They contain no keys and no limits. */
const holdPartitions = 'HOLD#*';

/**
 * Lets a function update some partitions of the table Access, and nothing else: it cannot read the table, nor change
 * other items (DynamoDB Developer Guide, Using IAM policy conditions for fine-grained access control).
 *
 * @param partitions a pattern of partition keys
 */
export function bindPartitions(handler: LambdaFunction, access: Access, partitions: string): void {
  handler.addEnvironment(access.variable, access.tableName);
  handler.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['dynamodb:UpdateItem'],
      resources: [access.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
    }),
  );
}

/** Lets a function take and free the slots of slow requests. */
export function bindHolds(handler: LambdaFunction, access: Access): void {
  bindPartitions(handler, access, holdPartitions);
}
