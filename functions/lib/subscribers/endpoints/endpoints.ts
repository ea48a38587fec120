import { randomBytes } from 'node:crypto';
import { GetItemCommand, QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { base32 } from '../../../../events/base32.ts';
import { fanOutTimeoutMs } from '../../../../events/webhooks/delivery-timing.ts';
import { batchGet } from '../../runtime/batch-get.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { type Item, type ItemKey, keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { storedFilterSchema } from '../table/stored-filter.ts';
import {
  behindKey,
  endpointKey,
  ownedKey,
  ownerPartition,
  secretsKey,
  stateKey,
  subscribersTable,
} from '../table/subscribers-table.ts';
import { readableOf } from '../table/unreadable-items.ts';
import { removeEntry } from './active-endpoints.ts';
import { dueEndpointUpdate } from './due-endpoints.ts';
import { firstSecretItem } from './endpoint-secrets.ts';
import { type EndpointState, stateItem, stateOfItem } from './endpoint-state.ts';
import { forgetFilters } from './former-filters.ts';
import { transact } from './transact.ts';

const idLength = 26;
/** Each endpoint has two items, and a batch has at most a hundred (DynamoDB API Reference, BatchGetItem). */
const endpointsPerBatch = 50;

const endpointSchema = () =>
  z.object({
    /** The newsroom that registered it. */
    owner: z.string(),
    url: z.string(),
    description: z.string().nullable(),
    filter: storedFilterSchema,
    maxInFlight: z.int(),
    /** Empty if there is none, as releases that required it can read. */
    contact: z.string(),
    createdAt: z.string(),
    /** The position after which it was to receive messages when it was registered. */
    since: z.int(),
    /** When its URL was verified; null if it was not yet. */
    verifiedAt: z.string().nullable(),
  });

const endpoints = storedItem({ kind: 'endpoint', version: 1, schema: endpointSchema });

/** An endpoint as its owner registered it. Instants are RFC 3339. */
export type Endpoint = Readonly<z.infer<ReturnType<typeof endpointSchema>>> & { readonly id: string };

/** An endpoint and its state. */
export interface EndpointAndState {
  readonly endpoint: Endpoint;
  readonly state: EndpointState;
}

export function newEndpointId(): string {
  return `wh_${base32(randomBytes(idLength)).slice(0, idLength)}`;
}

const endpointOfItem = (item: Item, id: string): Endpoint => ({ id, ...endpoints.read(item) });

const put = (Item: Item) => ({
  Put: { TableName: subscribersTable, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const remove = (key: object) => ({ Delete: { TableName: subscribersTable, Key: marshall(key) } });

/**
 * Adds an endpoint that is not active yet. It is due at once, to be verified.
 *
 * @param more what is written in the same transaction
 * @throws {ConcurrencyConflict} when a condition of that does not hold; nothing is written then
 */
export async function createEndpoint(
  endpoint: Endpoint,
  secret: string,
  state: EndpointState,
  more: readonly TransactWriteItem[] = [],
): Promise<void> {
  const { id, ...attributes } = endpoint;
  await transact([
    ...more,
    put(endpoints.write(endpointKey(id), attributes)),
    put(firstSecretItem(id, secret)),
    put(stateItem(state)),
    put(marshall(ownedKey(endpoint.owner, id))),
    {
      Update: dueEndpointUpdate({
        id,
        owner: endpoint.owner,
        at: endpoint.createdAt,
        setAt: endpoint.createdAt,
        queue: state.queue,
      }),
    },
  ]);
}

/** The endpoint, read consistently; null if there is none. @throws {UnreadableItem} when it cannot be read */
export async function readEndpoint(id: string): Promise<Endpoint | null> {
  const get = new GetItemCommand({ TableName: subscribersTable, Key: marshall(endpointKey(id)), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item ? endpointOfItem(Item, id) : null;
}

async function readBatch(ids: readonly string[]): Promise<Item[]> {
  const keys = ids.flatMap((id) => [marshall(endpointKey(id)), marshall(stateKey(id))]);
  return batchGet(subscribersTable, keys, 'consistent');
}

async function readAll(ids: readonly string[]): Promise<EndpointAndState[]> {
  const batches = Array.from({ length: Math.ceil(ids.length / endpointsPerBatch) }, (_, index) =>
    readBatch(ids.slice(index * endpointsPerBatch, (index + 1) * endpointsPerBatch)),
  );
  const items = new Map((await Promise.all(batches)).flat().map((item) => [`${item.pk?.S} ${item.sk?.S}`, item]));
  const itemsAt = ({ pk, sk }: ItemKey) => [items.get(`${pk} ${sk}`)].filter((item) => item !== undefined);
  return ids.flatMap((id) => {
    const [endpoint] = readableOf(itemsAt(endpointKey(id)), (item) => endpointOfItem(item, id));
    const [state] = readableOf(itemsAt(stateKey(id)), (item) => stateOfItem(item, id));
    return endpoint && state ? [{ endpoint, state }] : [];
  });
}

/**
 * The endpoints of an owner, by id. One that cannot be read is left out.
 *
 * @param after the id after which the page begins; null for the first page
 * @returns a page, and the id after which the next page begins; null on the last page
 */
export async function listEndpoints(
  owner: string,
  after: string | null,
  limit: number,
): Promise<{ endpoints: readonly EndpointAndState[]; next: string | null }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: marshall({ ':pk': ownerPartition(owner), ':after': after ?? ' ' }),
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  const ids = Items.map((item) => keyOfItem(item).sk);
  return { endpoints: await readAll(ids), next: LastEvaluatedKey ? (ids.at(-1) ?? null) : null };
}

/** The number of endpoints of an owner. */
export async function countEndpoints(owner: string): Promise<number> {
  const { Count = 0 } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': ownerPartition(owner) }),
      Select: 'COUNT',
      ConsistentRead: true,
    }),
  );
  return Count;
}

/**
 * Deletes an endpoint with its state and its secrets: from now on nothing is sent to it. `purgeEndpoint` deletes its
 * deliveries.
 *
 * @param now epoch milliseconds
 * @throws {ConcurrencyConflict} when the state has changed since it was read; nothing is deleted then
 */
export async function deleteEndpoint({ endpoint, state }: EndpointAndState, now: number): Promise<void> {
  const { id, owner } = endpoint;
  await transact([
    {
      Delete: {
        TableName: subscribersTable,
        Key: marshall(stateKey(id)),
        ConditionExpression: 'epoch = :epoch',
        ExpressionAttributeValues: marshall({ ':epoch': state.epoch }),
      },
    },
    remove(endpointKey(id)),
    remove(secretsKey(id)),
    remove(ownedKey(owner, id)),
    remove(behindKey(id)),
    forgetFilters(id),
    ...(state.entryEpoch === undefined ? [] : removeEntry(id, state.entryEpoch)),
    // Fan-out may be queueing deliveries at this moment. A worker purges them when fan-out has certainly ended.
    { Update: dueEndpointUpdate({ id, owner, at: new Date(now + fanOutTimeoutMs).toISOString(), queue: 'slow' }) },
  ]);
}
