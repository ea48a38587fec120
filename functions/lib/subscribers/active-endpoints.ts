import { randomUUID } from 'node:crypto';
import { GetItemCommand, paginateQuery, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { Backoff } from '../runtime/retry.ts';
import {
  activeEndpointKey,
  activeEndpointPrefix,
  activeEndpointsPartition,
  activeEndpointsVersionKey,
  subscribersTable,
} from './subscribers-table.ts';

const backoffOptions = { maximumAttempts: 5, firstPauseMs: 20 };

/** An endpoint that receives, as fan-out needs to know it. */
export interface ActiveEndpoint {
  readonly id: string;
  readonly owner: string;
  readonly filter: EndpointFilter;
  /** What stands in the feed up to this position is none of its business. */
  readonly since: number;
}

/** All endpoints that receive, and the version of the registry under which they do. */
export interface ActiveEndpoints {
  readonly version: number;
  /** Which change made it so. */
  readonly change?: string;
  readonly endpoints: readonly ActiveEndpoint[];
}

/** An entry, and the epoch of its endpoint under which it was put. */
type Stamped = ActiveEndpoint & { readonly stamp: number };

/**
 * The version rises with every change. Beside it stands the sum of the stamps of all entries, by which a reader knows whether
 * it sees all of them as they are under that version.
 */
function versionUpdate(stamps: number): TransactWriteItem {
  return {
    Update: {
      TableName: subscribersTable,
      Key: marshall(activeEndpointsVersionKey),
      UpdateExpression: 'SET change = :change ADD version :one, stamps :stamps',
      ExpressionAttributeValues: marshall({ ':change': randomUUID(), ':one': 1, ':stamps': stamps }),
    },
  };
}

/**
 * The part of a transaction that puts an entry or takes the place of one.
 *
 * @param stamp its new epoch
 * @param registered the stamp of the entry that stands there
 */
export function putEntry(endpoint: ActiveEndpoint, stamp: number, registered = 0): TransactWriteItem[] {
  const { id, owner, filter, since } = endpoint;
  const Item = marshall({ ...activeEndpointKey(id), owner, filter, since, stamp }, { removeUndefinedValues: true });
  return [{ Put: { TableName: subscribersTable, Item } }, versionUpdate(stamp - registered)];
}

/** The part of a transaction that removes the entry that has this stamp. */
export function removeEntry(id: string, registered: number): TransactWriteItem[] {
  return [
    { Delete: { TableName: subscribersTable, Key: marshall(activeEndpointKey(id)) } },
    versionUpdate(-registered),
  ];
}

async function readVersion(): Promise<Omit<ActiveEndpoints, 'endpoints'> & { readonly stamps: number }> {
  const get = new GetItemCommand({
    TableName: subscribersTable,
    Key: marshall(activeEndpointsVersionKey),
    ConsistentRead: true,
  });
  const { Item } = await dynamodb.send(get);
  const { version = 0, stamps = 0, change } = Item ? unmarshall(Item) : {};
  return { version, stamps, change };
}

async function readEntries(): Promise<Stamped[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
      ExpressionAttributeValues: marshall({ ':pk': activeEndpointsPartition, ':entry': activeEndpointPrefix }),
      ConsistentRead: true,
    },
  );
  const entries: Stamped[] = [];
  for await (const { Items = [] } of pages) {
    for (const { pk: _pk, sk, ...entry } of Items.map((item) => unmarshall(item))) {
      entries.push({ ...entry, id: sk.slice(activeEndpointPrefix.length) } as Stamped);
    }
  }
  return entries;
}

/**
 * The registry as it is under its version. The version is read first: what changes while the entries are read is then found out
 * by who writes on condition of the version.
 *
 * A read may see half of a transaction: then the stamps do not add up, and it is read again.
 *
 * @param known as it was read before: the entries are read again only if it has changed since
 * @throws {IncompleteRead} if it kept changing
 */
export async function readActiveEndpoints(known?: ActiveEndpoints): Promise<ActiveEndpoints> {
  const backoff = new Backoff(backoffOptions);
  for (;;) {
    const { stamps, ...version } = await readVersion();
    if (known?.change !== undefined && known.change === version.change) return known;
    const entries = await readEntries();
    if (entries.reduce((sum, { stamp }) => sum + stamp, 0) === stamps) {
      return { ...version, endpoints: entries.map(({ stamp: _, ...endpoint }) => endpoint) };
    }
    await backoff.pause(new IncompleteRead('The registry of endpoints kept changing while it was read.'));
  }
}
