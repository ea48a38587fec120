import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { type Item, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { type DeliveryQueue, deliveryQueueSchema } from './endpoint-state.ts';
import { dueEndpointKey, dueEndpointsPartition, subscribersTable } from './subscribers-table.ts';
import { logUnreadable } from './unreadable-items.ts';

const dueSchema = z.object({
  /** When it is due, RFC 3339. */
  at: z.string(),
  /** The queue that serves it. */
  queue: deliveryQueueSchema,
  /**
   * Differs with each write, so that a worker that read an earlier mark notices that there is more to send. A count would start again
   * with the same values after the item was deleted.
   */
  mark: z.string(),
});

const dueEndpoints = storedItem({ kind: 'due endpoint', version: 1, schema: dueSchema });

/** An endpoint that has something to send. */
export type DueEndpoint = Readonly<Omit<z.infer<typeof dueSchema>, 'mark'>> & { readonly id: string };

/** The put of a due endpoint, by itself or in a transaction. */
export function dueEndpointPut({ id, at, queue }: DueEndpoint) {
  return {
    TableName: subscribersTable,
    Item: dueEndpoints.write(dueEndpointKey(id), { at, queue, mark: randomUUID() }),
  };
}

/** Records that an endpoint has something to send. If its wake is lost, the sweep wakes its worker. */
export async function putDueEndpoint(id: string, at: string, queue: DeliveryQueue): Promise<void> {
  await dynamodb.send(new PutItemCommand(dueEndpointPut({ id, at, queue })));
}

/**
 * Records that an endpoint has more to send. If it is due already, time and queue stay: its worker decides when an endpoint that fails
 * is attempted again, and on which queue.
 */
export async function addDueEndpoint(id: string, at: string): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall(dueEndpointKey(id)),
      UpdateExpression:
        'SET #at = if_not_exists(#at, :at), #queue = if_not_exists(#queue, :queue), #mark = :mark, v = if_not_exists(v, :v)',
      ExpressionAttributeNames: { '#at': 'at', '#queue': 'queue', '#mark': 'mark' },
      ExpressionAttributeValues: marshall({
        ':at': at,
        ':queue': 'prompt',
        ':mark': randomUUID(),
        ':v': dueEndpoints.version,
      }),
    }),
  );
}

/** The mark of a due endpoint, read consistently; null if it is not due. @throws {UnreadableItem} when it cannot be read */
export async function readDueEndpointMark(id: string): Promise<string | null> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key: marshall(dueEndpointKey(id)), ConsistentRead: true }),
  );
  return Item ? dueEndpoints.read(Item).mark : null;
}

/**
 * Removes a due endpoint, unless there is more to send since its mark was read. Read the mark first, then look for deliveries, then call
 * this: a worker that is killed in between leaves the endpoint due.
 *
 * @returns whether there was nothing more to send
 */
export async function removeDueEndpoint(id: string, mark: string | null): Promise<boolean> {
  if (mark === null) return true;
  try {
    await dynamodb.send(
      new DeleteItemCommand({
        TableName: subscribersTable,
        Key: marshall(dueEndpointKey(id)),
        ConditionExpression: '#mark = :mark',
        ExpressionAttributeNames: { '#mark': 'mark' },
        ExpressionAttributeValues: marshall({ ':mark': mark }),
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** Removes a due endpoint, whatever there is to send. It is for endpoints that were deleted. */
export async function deleteDueEndpoint(id: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: subscribersTable, Key: marshall(dueEndpointKey(id)) }));
}

/**
 * The due endpoint in an item. If the item cannot be read, it is written again: the endpoint is due now, on the queue where it delays
 * no other, and its worker finds out what there is to send.
 */
async function dueEndpointOf(item: Item, now: string): Promise<DueEndpoint> {
  const id = keyOfItem(item).sk;
  try {
    const { at, queue } = dueEndpoints.read(item);
    return { id, at, queue };
  } catch (error) {
    logUnreadable(error);
    const due: DueEndpoint = { id, at: now, queue: 'slow' };
    await dynamodb.send(new PutItemCommand(dueEndpointPut(due)));
    return due;
  }
}

/** The endpoints that are due by now. @param now epoch milliseconds */
export async function* dueEndpointsBy(now: number): AsyncGenerator<DueEndpoint> {
  const at = new Date(now).toISOString();
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'attribute_not_exists(#at) OR #at <= :now',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: marshall({ ':pk': dueEndpointsPartition, ':now': at }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) yield dueEndpointOf(item, at);
  }
}
