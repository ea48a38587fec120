import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Place } from '../../../events/revision.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { positionKey } from '../runtime/position-key.ts';
import { type Item, keyOfItem, UnreadableItem } from '../runtime/stored-item.ts';
import { eventLogTable, feedEntryKey, feedKey, onlyIfAbsent, query, readItems } from './event-log-table.ts';
import {
  type FeedEntry,
  feedEntryOfItem,
  feedItem,
  type Marker,
  markerItem,
  placeOfItem,
  type ReadablePart,
  readablePartOfItem,
} from './log-items.ts';

/** Consecutive entries of the feed. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** Whether there are more entries to read now. */
  readonly more: boolean;
  /** Whether the page ends before a position that is not visible yet, although later ones are. */
  readonly gap: boolean;
}

/** An entry of the feed that cannot be read. */
export class UnreadableEntry extends UnreadableItem {
  override readonly name: string = 'UnreadableEntry';
  readonly place: Place;
  /** The attributes that every version has. */
  readonly known: ReadablePart;

  constructor(known: ReadablePart, cause: unknown) {
    super(`The entry at position ${known.position} cannot be read.`, { cause });
    this.place = { position: known.position, publishedAt: known.publishedAt };
    this.known = known;
  }
}

/** The place of the last entry; position 0 if the feed is empty. */
export async function feedHead(consistency: Consistency = 'consistent'): Promise<Place> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': feedKey }),
    ProjectionExpression: '#position, publishedAt',
    ExpressionAttributeNames: { '#position': 'position' },
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: isConsistent(consistency),
  });
  return items[0] ? placeOfItem(items[0]) : { position: 0, publishedAt: new Date(0).toISOString() };
}

function entryOf(item: Item): FeedEntry {
  try {
    return feedEntryOfItem(item);
  } catch (cause) {
    throw new UnreadableEntry(readablePartOfItem(item), cause);
  }
}

/**
 * The entry at a position, read consistently.
 *
 * @throws {UnreadableEntry} when it cannot be read
 * @throws {IncompleteRead} when that position is not visible yet
 */
export async function readEntry(position: number): Promise<FeedEntry> {
  const [item] = await readItems([feedEntryKey(position)], 'consistent');
  if (!item) throw new IncompleteRead(`Position ${position} is not visible yet.`);
  return entryOf(item);
}

/**
 * The entries after a position, in order, up to a limit or 1 MB. They end before the first gap: a read may see half of
 * a transaction, and a follower must not skip the other half. They also end before an entry that cannot be read.
 *
 * @throws {UnreadableEntry} when the first entry cannot be read
 */
export async function feedAfter(position: number, limit: number, consistency: Consistency): Promise<FeedPage> {
  const { items, more } = await query({
    KeyConditionExpression: 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: marshall({ ':pk': feedKey, ':after': positionKey(position) }),
    Limit: limit,
    ConsistentRead: isConsistent(consistency),
  });
  const gap = items.findIndex((item, index) => keyOfItem(item).sk !== positionKey(position + 1 + index));
  const entries: FeedEntry[] = [];
  for (const item of gap < 0 ? items : items.slice(0, gap)) {
    try {
      entries.push(entryOf(item));
    } catch (error) {
      if (entries.length === 0) throw error;
      return { entries, more: true, gap: false };
    }
  }
  return { entries, more, gap: gap >= 0 };
}

/** The items that publish a revision: its entry in the feed, and its marker. */
export interface Publication {
  readonly entry: FeedEntry;
  readonly marker: Marker;
}

/**
 * Publishes revisions: puts each feed entry and its marker, all of them or none. At most 50 entries and 4 MB, since a
 * DynamoDB transaction takes 100 items.
 *
 * @throws {TransactionCanceledException} when a position is taken, or a revision is published already
 */
export async function publish(publications: readonly Publication[]): Promise<void> {
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: publications
        .flatMap(({ entry, marker }) => [feedItem(entry), markerItem(marker)])
        .map((Item) => ({ Put: { TableName: eventLogTable, Item, ConditionExpression: onlyIfAbsent } })),
    }),
  );
}
