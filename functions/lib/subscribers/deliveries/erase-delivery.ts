import { GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { parseOptions } from '../../../../events/input/parse-options.ts';
import { redactedType } from '../../../../events/redaction.ts';
import { storyType } from '../../../../events/story.ts';
import { inParallel } from '../../runtime/concurrency.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { retry } from '../../runtime/retry.ts';
import { attributesOf, keyOfItem } from '../../runtime/stored-item.ts';
import { updateExpressionOf } from '../../runtime/update-expression.ts';
import { attemptPrefix, deliveryKey, endpointPartition, subscribersTable } from '../table/subscribers-table.ts';
import { expiryOf } from './deliveries.ts';

/** Few deliveries have more. A call for each of many deliveries must not take long. */
const attemptsPerCall = 25;
const writesAtOnce = 8;

/** Its worker may settle a delivery at the same moment. */
const conflictOptions = { maximumAttempts: 5, firstPauseMs: 10, isRetryable: isConditionFailure };

/** These attributes keep their names in every version, so that a delivery of any version can be erased. */
const erasedPart = z.object({
  eventId: z.string().catch(''),
  type: z.string().catch(''),
  status: z.string().catch(''),
  redactedBy: z.int().optional().catch(undefined),
  firstAttempt: z.looseObject({ answer: z.unknown() }).optional().catch(undefined),
});

/** The delivery of a revision to one endpoint. */
interface Sent {
  readonly endpointId: string;
  readonly eventId: string;
  readonly position: number;
}

/** The delivery of a revision of which something was taken down. */
interface ErasedDelivery extends Sent {
  /**
   * The number of the revision that took its content down; null if it stays, and only what it showed of an earlier one
   * was taken down.
   */
  readonly redactedBy: number | null;
}

/**
 * Takes what the receiver answered from the attempt that is stored with a delivery. If the delivery's own content is
 * taken down, it loses its type, and is settled as withdrawn unless it was acknowledged.
 */
async function eraseItem({ endpointId, eventId, position, redactedBy }: ErasedDelivery): Promise<void> {
  const Key = marshall(deliveryKey(endpointId, position));
  const get = new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  if (!Item) return;
  const delivery = erasedPart.parse(attributesOf(Item), parseOptions(erasedPart));
  const isSettled = delivery.status === 'acknowledged' || delivery.status === 'withdrawn';
  const isErased = redactedBy === null || (isSettled && (delivery.redactedBy ?? 0) >= redactedBy);
  const hasAnswer = typeof delivery.firstAttempt?.answer === 'string';
  if (delivery.eventId !== eventId || (isErased && !hasAnswer)) return;
  const at = new Date().toISOString();
  const withdrawn = { status: 'withdrawn', settledAt: at, expiresAt: expiryOf(at) };
  const changes = {
    ...(!isErased && { type: delivery.type === storyType ? storyType : redactedType, redactedBy }),
    ...(!isErased && !isSettled && withdrawn),
    ...(hasAnswer && { firstAttempt: { ...delivery.firstAttempt, answer: null, detail: undefined } }),
  };
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key,
      ...updateExpressionOf(changes, { status: delivery.status }),
    }),
  );
}

/**
 * Takes what receivers answered from attempts, since they may repeat the message. Attempts may outlive their delivery
 * for days.
 */
async function eraseAttempts({ endpointId, position }: Sent, after: string | undefined): Promise<string | undefined> {
  const pk = endpointPartition(endpointId);
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :attempt)',
      FilterExpression: 'attribute_type(#answer, :text) OR attribute_exists(#detail)',
      ExpressionAttributeNames: { '#answer': 'answer', '#detail': 'detail' },
      ExpressionAttributeValues: marshall({ ':pk': pk, ':attempt': attemptPrefix(position), ':text': 'S' }),
      ...(after !== undefined && { ExclusiveStartKey: marshall({ pk, sk: after }) }),
      Limit: attemptsPerCall,
      ConsistentRead: true,
    }),
  );
  await inParallel(Items.map(keyOfItem), writesAtOnce, async (key) => {
    try {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: subscribersTable,
          Key: marshall(key),
          UpdateExpression: 'SET #answer = :none REMOVE #detail',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#answer': 'answer', '#detail': 'detail' },
          ExpressionAttributeValues: marshall({ ':none': null }),
        }),
      );
    } catch (error) {
      // It has expired.
      if (!isConditionFailure(error)) throw error;
    }
  });
  return LastEvaluatedKey?.sk?.S;
}

/**
 * Erases from a delivery and its attempts what they hold of its content. The delivery comes first: an attempt that is
 * recorded after that keeps nothing.
 *
 * @param after the key of the last attempt that was looked at; undefined if none was
 * @returns the key of the attempt after which to go on; undefined if there are no more
 */
export async function eraseDelivery(delivery: ErasedDelivery, after: string | undefined): Promise<string | undefined> {
  if (after === undefined) await retry(() => eraseItem(delivery), conflictOptions);
  return eraseAttempts(delivery, after);
}
