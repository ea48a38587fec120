import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { contentFields } from '../../events/content-removal.ts';
import type { EventLog } from '../tables/event-log.ts';

/**
 * The key of an item, which names it; the content of a revision; and what the feed tells of it, and the slugs of
 * stories in both.
 */
const blankedAttributes = ['pk', 'sk', ...contentFields, 'unlisted', 'type', 'values', 'story'];

/**
 * Lets one function of the stack take content out of the log, and no other principal: it may update these attributes of
 * an item, and gets none of them back (DynamoDB Developer Guide, Using IAM policy conditions for fine-grained access
 * control). That it only removes content is up to its code.
 */
export function bindBlanking(handler: LambdaFunction, eventLog: EventLog): void {
  if (!handler.role) throw new Error('The function that takes content out of the log has no role.');
  handler.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['dynamodb:UpdateItem'],
      resources: [eventLog.tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': blankedAttributes },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
      },
    }),
  );
  eventLog.denyUpdatesExceptBy(handler.role.roleArn);
}
