import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import type { DeliveryQueue } from './endpoint-state.ts';
import { dueEndpointKey, dueEndpointsPartition, subscribersTable } from './subscribers-table.ts';

/** There is something to be sent to an endpoint, from `at` (RFC 3339) on. */
export interface DueEndpoint {
  readonly id: string;
  readonly at: string;
  readonly queue: DeliveryQueue;
}

/**
 * What remembers that there is something to be sent, alone or as a part of a transaction. The mark is another one each time: it tells
 * who is about to forget it that there is more since. A count would begin anew, and be the same again, after it was forgotten.
 */
export function dueEndpointPut({ id, at, queue }: DueEndpoint) {
  return { TableName: subscribersTable, Item: marshall({ ...dueEndpointKey(id), at, queue, mark: randomUUID() }) };
}

/** Remembers that there is something to be sent to an endpoint: the sweep wakes its worker, should the wake be lost. */
export async function putDueEndpoint(id: string, at: string, queue: DeliveryQueue): Promise<void> {
  await dynamodb.send(new PutItemCommand(dueEndpointPut({ id, at, queue })));
}

/**
 * Remembers that there is more. If it was remembered already, time and queue stay: when an endpoint that fails is to be tried again,
 * and on which queue, is for its worker to say.
 */
export async function addDueEndpoint(id: string, at: string): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall(dueEndpointKey(id)),
      UpdateExpression: 'SET #at = if_not_exists(#at, :at), #queue = if_not_exists(#queue, :queue), #mark = :mark',
      ExpressionAttributeNames: { '#at': 'at', '#queue': 'queue', '#mark': 'mark' },
      ExpressionAttributeValues: marshall({ ':at': at, ':queue': 'prompt', ':mark': randomUUID() }),
    }),
  );
}

/** The mark of what is remembered (consistent), to forget it by; null if nothing is. */
export async function readDueEndpointMark(id: string): Promise<string | null> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key: marshall(dueEndpointKey(id)), ConsistentRead: true }),
  );
  return Item ? unmarshall(Item).mark : null;
}

/**
 * Forgets it, unless there is more since its mark was read. Look for what is to be sent in between: whoever is killed on the way has
 * forgotten nothing.
 *
 * @returns whether nothing came in between
 */
export async function forgetDueEndpoint(id: string, mark: string | null): Promise<boolean> {
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

/** Forgets it, whatever came since: of an endpoint that there is no more. */
export async function deleteDueEndpoint(id: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: subscribersTable, Key: marshall(dueEndpointKey(id)) }));
}

/** The endpoints to which something is to be sent by now. @param now epoch milliseconds */
export async function* dueEndpointsBy(now: number): AsyncGenerator<DueEndpoint> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: '#at <= :now',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: marshall({ ':pk': dueEndpointsPartition, ':now': new Date(now).toISOString() }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { sk, at, queue } of Items.map((item) => unmarshall(item))) yield { id: sk, at, queue };
  }
}
