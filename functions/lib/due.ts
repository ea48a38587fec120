import { DeleteItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from './dynamodb.ts';
import type { DeliveryLane } from './endpoint-state.ts';
import { isOvertaken } from './failure.ts';
import { dueKey, duePartition, subscribersTable } from './subscribers-table.ts';

/** There is something to be sent to an endpoint, from `at` (RFC 3339) on. */
export interface Due {
  readonly id: string;
  readonly at: string;
  readonly lane: DeliveryLane;
}

/** What remembers that there is something to be sent, alone or as a part of a transaction. */
export function duePut({ id, at, lane }: Due) {
  return { TableName: subscribersTable, Item: marshall({ ...dueKey(id), at, lane }) };
}

/** Remembers that there is something to be sent to an endpoint: the sweep wakes its worker, should the wake be lost. */
export async function putDue(id: string, at: string, lane: DeliveryLane): Promise<void> {
  await dynamodb.send(new PutItemCommand(duePut({ id, at, lane })));
}

/**
 * Remembers it, unless it is remembered already: when an endpoint that fails is to be tried again, and on which queue, is for its
 * worker to say.
 */
export async function addDue(id: string, at: string): Promise<void> {
  const put = { ...duePut({ id, at, lane: 'prompt' }), ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await dynamodb.send(new PutItemCommand(put));
  } catch (error) {
    if (!isOvertaken(error)) throw error;
  }
}

/** Forgets it. Look again afterwards: something may have come in between. */
export async function deleteDue(id: string): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: subscribersTable, Key: marshall(dueKey(id)) }));
}

/** The endpoints to which something is to be sent by now. @param now epoch milliseconds */
export async function* dueBy(now: number): AsyncGenerator<Due> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: '#at <= :now',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: marshall({ ':pk': duePartition, ':now': new Date(now).toISOString() }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const { sk, at, lane } of Items.map((item) => unmarshall(item))) yield { id: sk, at, lane };
  }
}
