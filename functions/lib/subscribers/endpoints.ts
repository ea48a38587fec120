import { randomBytes } from 'node:crypto';
import { type AttributeValue, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { base32 } from '../../../events/base32.ts';
import { fanOutTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';
import { batchGet } from '../runtime/batch-get.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { removeEntry } from './active-endpoints.ts';
import { dueEndpointPut } from './due-endpoints.ts';
import type { EndpointSecret } from './endpoint-secrets.ts';
import { type EndpointState, stateOf } from './endpoint-state.ts';
import { endpointKey, ownedKey, ownerPartition, secretsKey, stateKey, subscribersTable } from './subscribers-table.ts';
import { transact } from './transact.ts';

const idLength = 26;
/** Of each endpoint two are read, and a batch has a hundred (DynamoDB API Reference, BatchGetItem). */
const endpointsPerBatch = 50;

/** An endpoint of a subscriber, as its owner made it. */
export interface Endpoint {
  readonly id: string;
  /** The newsroom. */
  readonly owner: string;
  readonly url: string;
  readonly description: string | null;
  /** As it was sent. */
  readonly filter: EndpointFilter;
  readonly maxInFlight: number;
  readonly contact: string;
  readonly createdAt: string;
  /** Where it began: the position after which the first message was meant for it. */
  readonly since: number;
  /** When it last proved that it wants what is sent there; null if it has not yet. */
  readonly verifiedAt: string | null;
}

/** An endpoint and what it is at. */
export interface EndpointAndState {
  readonly endpoint: Endpoint;
  readonly state: EndpointState;
}

type Item = Record<string, AttributeValue>;

export function newEndpointId(): string {
  return `wh_${base32(randomBytes(idLength)).slice(0, idLength)}`;
}

function endpointOf(item: Item, id: string): Endpoint {
  const { pk: _pk, sk: _sk, ...endpoint } = unmarshall(item);
  return { ...endpoint, id } as Endpoint;
}

const put = (item: object) => ({
  Put: {
    TableName: subscribersTable,
    Item: marshall(item, { removeUndefinedValues: true }),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

const remove = (key: object) => ({ Delete: { TableName: subscribersTable, Key: marshall(key) } });

/** Adds an endpoint that receives nothing yet: its verification is the first thing that is due. */
export async function createEndpoint(endpoint: Endpoint, secret: string, state: EndpointState): Promise<void> {
  const { id, owner, ...attributes } = endpoint;
  const { id: _, ...stateAttributes } = state;
  const secrets: EndpointSecret[] = [{ secret, expiresAt: null }];
  await transact([
    put({ ...endpointKey(id), owner, ...attributes }),
    put({ ...secretsKey(id), secrets }),
    put({ ...stateKey(id), ...stateAttributes }),
    put(ownedKey(owner, id)),
    { Put: dueEndpointPut({ id, at: endpoint.createdAt, queue: state.queue }) },
  ]);
}

/** The endpoint as it is, read consistently; null if there is none. */
export async function readEndpoint(id: string): Promise<Endpoint | null> {
  const get = new GetItemCommand({ TableName: subscribersTable, Key: marshall(endpointKey(id)), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item ? endpointOf(Item, id) : null;
}

async function readBatch(ids: readonly string[]): Promise<Item[]> {
  const keys = ids.flatMap((id) => [marshall(endpointKey(id)), marshall(stateKey(id))]);
  return batchGet(subscribersTable, keys, true);
}

async function readAll(ids: readonly string[]): Promise<EndpointAndState[]> {
  const batches = Array.from({ length: Math.ceil(ids.length / endpointsPerBatch) }, (_, index) =>
    readBatch(ids.slice(index * endpointsPerBatch, (index + 1) * endpointsPerBatch)),
  );
  const items = new Map((await Promise.all(batches)).flat().map((item) => [`${item.pk?.S} ${item.sk?.S}`, item]));
  const itemAt = ({ pk, sk }: { pk: string; sk: string }) => items.get(`${pk} ${sk}`);
  return ids.flatMap((id) => {
    const endpoint = itemAt(endpointKey(id));
    const state = itemAt(stateKey(id));
    return endpoint && state ? [{ endpoint: endpointOf(endpoint, id), state: stateOf(state, id) }] : [];
  });
}

/**
 * The endpoints of an owner, by id.
 *
 * @param after the id after which to begin; null for the first
 * @returns them, and the id to go on after; null at the end
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
  const ids = Items.map((item) => unmarshall(item).sk as string);
  return { endpoints: await readAll(ids), next: LastEvaluatedKey ? (ids.at(-1) ?? null) : null };
}

/** How many endpoints an owner has. */
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
 * Takes an endpoint away, with its secrets: from now on nothing is signed or sent for it. What was queued for it is for
 * `purgeEndpoint`.
 *
 * @param now epoch milliseconds
 * @throws {ConcurrencyConflict} if the state has changed since it was read; and then nothing was removed
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
    ...(state.registered === undefined ? [] : removeEntry(id, state.registered)),
    // What fan-out is queueing this very moment has to be removed too: by its worker, which finds no endpoint.
    { Put: dueEndpointPut({ id, at: new Date(now + fanOutTimeoutMs).toISOString(), queue: 'slow' }) },
  ]);
}
