import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { HeldEvent } from '../../../events/held-event.ts';
import { batchGet } from '../runtime/batch-get.ts';
import { unwritten } from '../runtime/dry-run.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type Item, type ItemKey, keyOfItem, UnreadableItem } from '../runtime/stored-item.ts';
import {
  contentKey,
  duePartition,
  dueShards,
  type HeldEntry,
  type HeldTotal,
  heldEntries,
  heldEvents,
  heldTotals,
  listKey,
  listPrefix,
  newsroomPartition,
  ofOrder,
  heldEventsTable as TableName,
  totalKey,
  unwrittenName,
  unwrittenTotalName,
} from './held-events-table.ts';

async function itemAt(key: ItemKey): Promise<Item | undefined> {
  const get = new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: true });
  return (await dynamodb.send(get)).Item;
}

/** A held event, read consistently; null if there is none. */
export async function readHeld(newsroom: string, eventId: string): Promise<HeldEvent | null> {
  const pretended = unwritten(unwrittenName(newsroom, eventId));
  if (pretended) return (pretended as { held: HeldEvent | null }).held;
  const item = await itemAt(contentKey(newsroom, eventId));
  return item ? heldEvents.read(item) : null;
}

/** How many events a newsroom holds, and their size as JSON. */
export async function readHeldTotal(newsroom: string): Promise<HeldTotal> {
  const pretended = unwritten(unwrittenTotalName(newsroom));
  if (pretended) return pretended as HeldTotal;
  const item = await itemAt(totalKey(newsroom));
  return item ? heldTotals.read(item) : { events: 0, bytes: 0 };
}

async function entriesAfter(pk: string, after: string, to: string, limit: number): Promise<Item[]> {
  // The clock may have gone back since the last page.
  if (after > to) return [];
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :after AND :to',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':after': after, ':to': to }),
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** The first key after another one. */
const next = (sk: string) => `${sk}\u0000`;

const ofList = (newsroom: string, after: string | null, limit: number) =>
  entriesAfter(newsroomPartition(newsroom), after === null ? listPrefix : next(after), `${listPrefix}~`, limit);

/** When the next event of a newsroom is to be published, or was to be; null if it holds none. */
export async function nextHeld(newsroom: string): Promise<string | null> {
  const [first] = await ofList(newsroom, null, 1);
  return first ? heldEntries.read(first).publishAt : null;
}

/**
 * A page of the events that a newsroom holds, in the order of publication, read consistently.
 *
 * @param after the key of the last event of the previous page
 */
export async function listHeld(
  newsroom: string,
  after: string | null,
  limit: number,
): Promise<{ readonly events: HeldEvent[]; readonly next: string | null }> {
  const items = await ofList(newsroom, after, limit);
  const keys = items.map((item) => marshall(contentKey(newsroom, heldEntries.read(item).eventId)));
  const contents = (await batchGet(TableName, keys, 'consistent')).map((item) => heldEvents.read(item));
  const bySk = new Map(contents.map((held) => [listKey(held).sk, held]));
  const last = items.at(-1);
  return {
    // One that was changed or published since the list was read is left out, or is on a later page.
    events: items.flatMap((item) => bySk.get(keyOfItem(item).sk) ?? []),
    next: last && items.length === limit ? keyOfItem(last).sk : null,
  };
}

/** An entry among what is to be published, with its key in the order of publication. */
export interface DueEntry extends HeldEntry {
  readonly order: string;
  /** Why the item cannot be read. Its newsroom is not known then, and empty. */
  readonly unreadable?: UnreadableItem;
}

/** An entry that cannot be read must not hold up those of other newsrooms. */
function dueEntryOf(item: Item): DueEntry {
  const { sk: order } = keyOfItem(item);
  try {
    return { ...heldEntries.read(item), order };
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error;
    return { ...ofOrder(order), newsroom: '', order, unreadable: error };
  }
}

/**
 * The next events to be published, in the order of publication, read consistently.
 *
 * @param after the order behind which to read; empty to begin
 * @param until through which instant, RFC 3339 in UTC with milliseconds
 * @param limit how many of each partition
 */
export async function nextDue(after: string, until: string, limit: number): Promise<DueEntry[]> {
  const shards = Array.from({ length: dueShards }, (_, shard) => duePartition(shard));
  const pages = await Promise.all(
    shards.map((pk) => entriesAfter(pk, after === '' ? '0' : next(after), `${until}#~`, limit)),
  );
  // Behind the last one of a page that is full, its partition may have more.
  const ends = pages.flatMap((page) => (page.length < limit ? [] : keyOfItem(page.at(-1) as Item).sk));
  const end = ends.sort()[0];
  return pages
    .flat()
    .map(dueEntryOf)
    .filter(({ order }) => end === undefined || order <= end)
    .sort((one, other) => (one.order < other.order ? -1 : 1));
}
