import { randomUUID } from 'node:crypto';
import { GetItemCommand, paginateQuery, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { once } from '../../../../events/input/once.ts';
import { parseOptions } from '../../../../events/input/parse-options.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { IncompleteRead } from '../../runtime/failures.ts';
import { Backoff } from '../../runtime/retry.ts';
import { attributesOf, type Item, keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { storedFilterSchema } from '../table/stored-filter.ts';
import {
  activeEndpointKey,
  activeEndpointPrefix,
  activeEndpointsPartition,
  activeEndpointsVersionKey,
  subscribersTable,
} from '../table/subscribers-table.ts';
import { logUnreadable } from '../table/unreadable-items.ts';

const backoffOptions = { maximumAttempts: 5, firstPauseMs: 20 };

const entrySchema = once(() =>
  z.object({
    owner: z.string(),
    filter: storedFilterSchema,
    /** The endpoint is served the positions after this one; what comes before is for its backfill. */
    since: z.int(),
    /** The epoch of the endpoint when the entry was written. */
    epoch: z.int(),
  }),
);

const versionSchema = () =>
  z.object({
    /** Rises with every change. */
    version: z.int(),
    /** The id of the last change. */
    change: z.string().exactOptional(),
    /**
     * The sum of the epochs of all entries. A reader that sees another sum has not seen all changes up to this version.
     */
    epochSum: z.int(),
  });

const entries = storedItem({ kind: 'active endpoint', version: 1, schema: entrySchema });
const versions = storedItem({ kind: 'version of the active endpoints', version: 1, schema: versionSchema });

/** These attributes keep their names and types in every version. */
const readablePart = once(() => entrySchema().pick({ owner: true, since: true, epoch: true }).partial());

/** An active endpoint as it is stored. The epoch is null if it cannot be read. */
type Entry = Omit<z.infer<ReturnType<typeof entrySchema>>, 'epoch'> & {
  readonly id: string;
  readonly epoch: number | null;
};

/** An endpoint that fan-out queues deliveries for. */
export type ActiveEndpoint = Readonly<Omit<Entry, 'epoch'>>;

/** All endpoints that fan-out queues deliveries for, and the version of this list. */
export interface ActiveEndpoints extends Readonly<Omit<z.infer<ReturnType<typeof versionSchema>>, 'epochSum'>> {
  readonly endpoints: readonly ActiveEndpoint[];
}

/** Raises the version. An item of an unknown version keeps its `v`, so that it is still refused. */
function versionUpdate(epochs: number): TransactWriteItem {
  return {
    Update: {
      TableName: subscribersTable,
      Key: marshall(activeEndpointsVersionKey),
      UpdateExpression: 'SET change = :change, v = if_not_exists(v, :v) ADD version :one, epochSum :epochs',
      ExpressionAttributeValues: marshall({
        ':change': randomUUID(),
        ':one': 1,
        ':epochs': epochs,
        ':v': versions.version,
      }),
    },
  };
}

/**
 * The part of a transaction that puts an entry, or replaces it.
 *
 * @param epoch the epoch of the endpoint after the transaction
 * @param replaced the epoch of the entry that is replaced
 */
export function putEntry({ id, ...entry }: ActiveEndpoint, epoch: number, replaced = 0): TransactWriteItem[] {
  const Item = entries.write(activeEndpointKey(id), { ...entry, epoch });
  return [{ Put: { TableName: subscribersTable, Item } }, versionUpdate(epoch - replaced)];
}

/** The part of a transaction that removes the entry of an endpoint. @param epoch the epoch of the entry */
export function removeEntry(id: string, epoch: number): TransactWriteItem[] {
  return [{ Delete: { TableName: subscribersTable, Key: marshall(activeEndpointKey(id)) } }, versionUpdate(-epoch)];
}

async function readVersion(): Promise<z.infer<ReturnType<typeof versionSchema>>> {
  const get = new GetItemCommand({
    TableName: subscribersTable,
    Key: marshall(activeEndpointsVersionKey),
    ConsistentRead: true,
  });
  const { Item } = await dynamodb.send(get);
  return Item ? versions.read(Item) : { version: 0, epochSum: 0 };
}

/**
 * The entry in an item. If it cannot be read, the endpoint receives everything: it misses nothing, and no other
 * endpoint has to wait.
 */
function entryOf(item: Item): Entry {
  const id = keyOfItem(item).sk.slice(activeEndpointPrefix.length);
  try {
    return { id, ...entries.read(item) };
  } catch (error) {
    logUnreadable(error);
    const {
      owner = '',
      since = 0,
      epoch = null,
    } = readablePart().safeParse(attributesOf(item), parseOptions(readablePart())).data ?? {};
    return { id, owner, since, epoch, filter: {} };
  }
}

async function readEntries(): Promise<Entry[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
      ExpressionAttributeValues: marshall({ ':pk': activeEndpointsPartition, ':entry': activeEndpointPrefix }),
      ConsistentRead: true,
    },
  );
  const found: Entry[] = [];
  for await (const { Items = [] } of pages) found.push(...Items.map(entryOf));
  return found;
}

/**
 * Whether the sum proves that the entries are complete. If the epoch of one cannot be read, they are used without the
 * proof.
 */
function isWhole(found: readonly Entry[], epochSum: number): boolean {
  return (
    found.some(({ epoch }) => epoch === null) || found.reduce((sum, { epoch }) => sum + (epoch ?? 0), 0) === epochSum
  );
}

/**
 * The active endpoints and their version. The version is read first. If the list changes while the entries are read, a
 * write that has the version as its condition fails.
 *
 * A read may see one half of a transaction. The sum of the epochs shows it, and the list is read again.
 *
 * @param known the list as it was read before. The entries are read again only if it has changed since
 * @throws {IncompleteRead} when the list keeps changing
 */
export async function readActiveEndpoints(known?: ActiveEndpoints): Promise<ActiveEndpoints> {
  const backoff = new Backoff(backoffOptions);
  for (;;) {
    const { epochSum, ...version } = await readVersion();
    if (known?.change !== undefined && known.change === version.change) return known;
    const found = await readEntries();
    if (isWhole(found, epochSum)) return { ...version, endpoints: found.map(({ epoch: _, ...endpoint }) => endpoint) };
    await backoff.pause(new IncompleteRead('The list of active endpoints kept changing while it was read.'));
  }
}
