import { GetItemCommand, paginateQuery, type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { type Item, keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { behindKey, behindPartition, stateKey, subscribersTable } from '../table/subscribers-table.ts';
import { readableOf } from '../table/unreadable-items.ts';
import { ConcurrencyConflict, type EndpointState, stateUpdate } from './endpoint-state.ts';
import { forgetFilters } from './former-filters.ts';
import { transact } from './transact.ts';

/*
 * Fan-out queues nothing for an endpoint that is behind: its worker searches the feed for it. The item of the endpoint
 * here and `behindFrom` in its state begin and end together. See
 * docs/decisions/0069-an-endpoint-that-is-behind-searches-the-feed.md.
 */

/** An endpoint is behind when more deliveries than this are queued for it that were not sent. Tests replace it. */
export const fallingBehind = { deliveries: 50 };

const behindSchema = () =>
  z.object({
    /** The first position that fan-out queued nothing of. */
    from: z.int(),
    /** The last one: fan-out serves the endpoint again. Absent as long as it does not. */
    to: z.int().exactOptional(),
    /**
     * Whether its worker has searched everything through the checkpoint, and asks fan-out to serve the endpoint again.
     */
    hasCaughtUp: z.boolean().exactOptional(),
  });

const itemsBehind = storedItem({ kind: 'endpoint that is behind', version: 1, schema: behindSchema });

/** The positions that fan-out leaves to the worker of an endpoint. */
export type EndpointBehind = Readonly<z.infer<ReturnType<typeof behindSchema>>> & { readonly id: string };

const behindOf = (item: Item): EndpointBehind => ({ id: keyOfItem(item).sk, ...itemsBehind.read(item) });

/**
 * All endpoints that are behind, read consistently. One that cannot be read is left out, and so is served: that loses
 * nothing.
 */
export async function readEndpointsBehind(): Promise<EndpointBehind[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': behindPartition }),
      ConsistentRead: true,
    },
  );
  const found: EndpointBehind[] = [];
  for await (const { Items = [] } of pages) found.push(...readableOf(Items, behindOf));
  return found;
}

/**
 * How far an endpoint is behind, read consistently; null if it is not.
 *
 * @throws {UnreadableItem} when the item cannot be read
 */
export async function readBehind(id: string): Promise<EndpointBehind | null> {
  const Key = marshall(behindKey(id));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? behindOf(Item) : null;
}

const behindUpdate = (id: string, UpdateExpression: string, values: Readonly<Record<string, unknown>>) => ({
  TableName: subscribersTable,
  Key: marshall(behindKey(id)),
  UpdateExpression,
  ExpressionAttributeNames: { '#from': 'from' },
  ExpressionAttributeValues: marshall({ ...values, ':v': itemsBehind.version }),
});

/**
 * Leaves an endpoint to its worker from a position on. If the worker has yet to search earlier positions, it begins
 * there: what is queued for them already is not queued twice. If the endpoint was deleted, nothing happens.
 */
export async function fallBehind(id: string, from: number): Promise<void> {
  const values = marshall({ ':from': from });
  const state = {
    TableName: subscribersTable,
    Key: marshall(stateKey(id)),
    UpdateExpression: 'SET behindFrom = if_not_exists(behindFrom, :from)',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: values,
  };
  const behind = {
    ...behindUpdate(id, 'SET #from = if_not_exists(#from, :from), v = if_not_exists(v, :v) REMOVE #to, hasCaughtUp', {
      ':from': from,
    }),
    ExpressionAttributeNames: { '#from': 'from', '#to': 'to' },
  };
  try {
    await transact([{ Update: state }, { Update: behind }]);
  } catch (error) {
    if (!(error instanceof ConcurrencyConflict)) throw error;
  }
}

/** Records that the worker of an endpoint has searched everything before a position, which fan-out may go on with. */
export async function askToBeServed(id: string, from: number): Promise<void> {
  const update = behindUpdate(
    id,
    'SET hasCaughtUp = :true, #from = if_not_exists(#from, :from), v = if_not_exists(v, :v)',
    { ':true': true, ':from': from },
  );
  await dynamodb.send(new UpdateItemCommand(update));
}

/**
 * The write by which fan-out serves an endpoint again after a position. It belongs to the transaction in which the
 * checkpoint advances from that position, so that no position is left to neither of both.
 */
export function serveAgain(id: string, to: number): TransactWriteItem {
  return {
    Update: {
      TableName: subscribersTable,
      Key: marshall(behindKey(id)),
      UpdateExpression: 'SET #to = :to REMOVE hasCaughtUp',
      ExpressionAttributeNames: { '#to': 'to' },
      ExpressionAttributeValues: marshall({ ':to': to }),
    },
  };
}

/**
 * Ends that an endpoint is behind, when its worker has searched all positions that fan-out left to it.
 *
 * @returns the state after the change
 * @throws {ConcurrencyConflict} when the endpoint was changed, another worker has the lease, or the endpoint has fallen
 *   behind again
 */
export async function endBehind(state: EndpointState, to: number): Promise<EndpointState> {
  const remove: TransactWriteItem = {
    Delete: {
      TableName: subscribersTable,
      Key: marshall(behindKey(state.id)),
      ConditionExpression: '#to = :to',
      ExpressionAttributeNames: { '#to': 'to' },
      ExpressionAttributeValues: marshall({ ':to': to }),
    },
  };
  const ended = { Update: stateUpdate(state, { behindFrom: undefined }) };
  await transact([remove, ended, forgetFilters(state.id)]);
  const { behindFrom: _, ...rest } = state;
  return rest;
}
