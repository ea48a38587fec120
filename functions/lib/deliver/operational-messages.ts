import { DeleteItemCommand, PutItemCommand, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayMs } from '../../../events/dates/durations.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { readActiveEndpoints } from '../subscribers/endpoints/active-endpoints.ts';
import { putDueEndpoint } from '../subscribers/endpoints/due-endpoints.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import {
  endpointPartition,
  operationalKey,
  operationalPrefix,
  subscribersTable,
} from '../subscribers/table/subscribers-table.ts';
import { readableOf } from '../subscribers/table/unreadable-items.ts';
import { type OperationalEvent, operationalMessage } from './operational-event.ts';

const messagesPerRead = 10;
const writesAtOnce = 16;
/** A message that could not be sent within a month is of no use any more. */
const keptForMs = 30 * dayMs;

const operationalSchema = () =>
  z.object({
    /** The id and the body of the message. The body is stored as text, since maps of DynamoDB have no order. */
    id: z.string(),
    body: z.string(),
    /** The endpoint that the event is about. */
    about: z.string(),
    /** RFC 3339. */
    time: z.string(),
    /** How often the endpoint refused it. */
    refusals: z.int(),
    expiresAt: z.int(),
  });

const operationalMessages = storedItem({ kind: 'operational message', version: 1, schema: operationalSchema });

/** An operational message that is queued for an endpoint. */
export type QueuedOperational = Readonly<z.infer<ReturnType<typeof operationalSchema>>>;

const keyOf = (endpointId: string, { time, about }: Pick<QueuedOperational, 'time' | 'about'>) =>
  operationalKey(endpointId, time, about);

async function queueOperational(endpointId: string, event: OperationalEvent): Promise<void> {
  const { about, time } = event;
  const expiresAt = Math.floor((Date.parse(time) + keptForMs) / 1_000);
  const queued = { ...operationalMessage(event), about, time, refusals: 0, expiresAt };
  const Item = operationalMessages.write(keyOf(endpointId, event), queued);
  const put = { TableName: subscribersTable, Item, ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await dynamodb.send(new PutItemCommand(put));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * All operational messages that are queued for an endpoint, in order, page by page. One that cannot be read is left
 * out.
 */
export async function* queuedOperational(endpointId: string): AsyncGenerator<QueuedOperational> {
  const pages = paginateQuery(
    { client: dynamodb, pageSize: messagesPerRead },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :operational)',
      ExpressionAttributeValues: marshall({ ':pk': endpointPartition(endpointId), ':operational': operationalPrefix }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* readableOf(Items, operationalMessages.read);
}

/** Whether an operational message is queued for an endpoint. */
export async function isOperationalQueued(endpointId: string): Promise<boolean> {
  const { done } = await queuedOperational(endpointId).next();
  return !done;
}

/** Deletes an operational message that was acknowledged, or refused too often. */
export async function deleteOperational(endpointId: string, queued: QueuedOperational): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: subscribersTable, Key: marshall(keyOf(endpointId, queued)) }));
}

/** Counts a refusal of an operational message. */
export async function countRefusal(endpointId: string, queued: QueuedOperational): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall(keyOf(endpointId, queued)),
      UpdateExpression: 'ADD refusals :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':one': 1 }),
    }),
  );
}

/** Queues an operational event for all other endpoints of an owner whose filter names its type. It may be repeated. */
export async function notifyOwner(owner: string, event: OperationalEvent, now: string): Promise<void> {
  const { endpoints } = await readActiveEndpoints();
  const notified = endpoints
    .filter((one) => one.owner === owner && one.id !== event.about)
    .filter(({ filter }) => filter.types?.some((type) => type === event.type));
  await inParallel(notified, writesAtOnce, async ({ id }) => {
    await queueOperational(id, event);
    await putDueEndpoint({ id, owner, at: now, setAt: now, queue: 'prompt', hasNotice: true });
  });
  await wake(notified, 'prompt');
}
