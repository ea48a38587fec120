import { PutItemCommand, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { maximumAttemptsShown } from '../../../../events/input/limits.ts';
import { parseOptions } from '../../../../events/input/parse-options.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { attributesOf, type Item, storedItem } from '../../runtime/stored-item.ts';
import {
  attemptKey,
  attemptPrefix,
  deliveryKey,
  endpointPartition,
  subscribersTable,
} from '../table/subscribers-table.ts';
import { readableOf } from '../table/unreadable-items.ts';
import { type Attempt, attemptSchema, type Delivery, expiryOf } from './deliveries.ts';

const attempts = storedItem({
  kind: 'attempt',
  version: 1,
  schema: () => attemptSchema.extend({ expiresAt: z.int() }),
});

/** These attributes of a delivery keep their names and types in every version. */
const countersSchema = z.object({
  /** The attempts since the delivery was queued, or queued again. */
  attempts: z.int(),
  /** All attempts. It is never reset, so that each attempt has a number of its own. */
  totalAttempts: z.int(),
  redactedBy: z.int().exactOptional(),
});

function attemptOf(item: Item): Attempt {
  const { expiresAt: _, ...attempt } = attempts.read(item);
  return attempt;
}

/** An attempt without what may repeat the content of its message. */
const withoutExcerpt = ({ detail: _, ...attempt }: Attempt): Attempt => ({ ...attempt, answer: null });

/**
 * Counts an attempt to send a delivery, and stores it for 90 days; without the response if the content was taken down
 * meanwhile.
 *
 * @returns the number of attempts since the delivery was queued, or queued again
 * @throws {ConditionalCheckFailedException} when there is no such delivery
 */
export async function recordAttempt(endpointId: string, position: number, attempt: Attempt): Promise<number> {
  const { Attributes = {} } = await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall(deliveryKey(endpointId, position)),
      UpdateExpression: 'ADD attempts :one, totalAttempts :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':one': 1 }),
      ReturnValues: 'ALL_NEW',
    }),
  );
  const {
    attempts: sinceQueued,
    totalAttempts,
    redactedBy,
  } = countersSchema.parse(attributesOf(Attributes), parseOptions(countersSchema));
  const kept = redactedBy === undefined ? attempt : withoutExcerpt(attempt);
  const Item = attempts.write(attemptKey(endpointId, position, totalAttempts), {
    ...kept,
    expiresAt: expiryOf(attempt.at),
  });
  await dynamodb.send(new PutItemCommand({ TableName: subscribersTable, Item }));
  return sinceQueued;
}

/**
 * The latest attempts to send a delivery that have not expired, in order. One that cannot be read is left out.
 *
 * @param most how many are read: a message that is sent again on request has any number of them
 */
export async function attemptsOf(
  endpointId: string,
  { position, firstAttempt }: Pick<Delivery, 'position' | 'firstAttempt'>,
  most = maximumAttemptsShown,
): Promise<Attempt[]> {
  const pages = paginateQuery(
    { client: dynamodb, pageSize: most },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :attempt)',
      ExpressionAttributeValues: marshall({
        ':pk': endpointPartition(endpointId),
        ':attempt': attemptPrefix(position),
      }),
      ScanIndexForward: false,
      ConsistentRead: true,
    },
  );
  const latestFirst: Attempt[] = [];
  let reads = 0;
  for await (const { Items = [] } of pages) {
    latestFirst.push(...readableOf(Items, attemptOf));
    reads += Items.length;
    if (reads >= most) break;
  }
  // A delivery that was queued again may be older than its first attempt is kept.
  const isKept = firstAttempt && expiryOf(firstAttempt.at) * 1_000 > Date.now();
  if (isKept && reads < most) latestFirst.push(firstAttempt);
  return latestFirst.slice(0, most).reverse();
}
