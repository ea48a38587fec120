import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { commitmentTo } from '../../../events/identity.ts';
import type { Revision } from '../../../events/revision.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { isDryRun, pretendWritten, unwritten } from '../runtime/dry-run.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { logger } from '../runtime/observability.ts';
import { type Item, type ItemKey, keyOfItem, UnreadableItem } from '../runtime/stored-item.ts';
import {
  eventKey,
  eventLogTable,
  markerKey,
  markerPrefix,
  onlyIfAbsent,
  query,
  revisionKey,
  revisionOfKey,
  revisionPrefix,
} from './event-log-table.ts';
import {
  eventBytesOf,
  type LoggedRevision,
  type Marker,
  markerOfItem,
  revisionItem,
  revisionOfItem,
} from './log-items.ts';

const saltBytes = 16;

/** A commitment to the event of a revision, which stays when the content is taken down. */
function sealOf({ event }: Revision): Pick<Revision, 'commitment' | 'salt'> {
  const salt = randomBytes(saltBytes).toString('base64url');
  return { commitment: commitmentTo(event, salt), salt };
}

/** What `append` returns in a dry run, which reads what the put would have found. */
async function wouldAppend(revision: Revision, correlationId: string): Promise<LoggedRevision | null> {
  const { pk, sk } = revisionKey(revision.eventId, revision.revision);
  const key = `${pk} ${sk}`;
  const stored =
    (unwritten(key) as LoggedRevision | undefined) ?? (await readRevision(revision.eventId, revision.revision));
  if (!stored) pretendWritten(key, { ...revision, correlationId });
  return stored;
}

/**
 * Appends a revision, unless the event has a revision of that number: one conditional put, no read. A dry run reads
 * instead.
 *
 * @returns the stored revision of that number; null if this one was written
 */
export async function append(revision: Revision, correlationId: string): Promise<LoggedRevision | null> {
  if (isDryRun()) return wouldAppend(revision, correlationId);
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: eventLogTable,
        Item: revisionItem({ ...revision, ...sealOf(revision) }, correlationId),
        ConditionExpression: onlyIfAbsent,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    logger.info('Appended', { eventId: revision.eventId, revision: revision.revision, correlationId });
    return null;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return revisionOfItem(error.Item);
    throw error;
  }
}

async function lastItem(eventId: string, prefix: string, consistency: Consistency): Promise<Item | undefined> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ':prefix': prefix }),
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: isConsistent(consistency),
  });
  return items[0];
}

/** The latest revision of an event, whether it is published yet or not; null if there is no such event. */
export async function latestRevision(
  eventId: string,
  consistency: Consistency = 'consistent',
): Promise<LoggedRevision | null> {
  const item = await lastItem(eventId, revisionPrefix, consistency);
  return item ? revisionOfItem(item) : null;
}

/** A revision in an item; null if this release cannot read it. */
function readableRevision(item: Item): LoggedRevision | null {
  try {
    return revisionOfItem(item);
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error;
    return null;
  }
}

/**
 * Revisions before one that cannot be read are read so many at a time: they may have 64 KiB each, and mostly the first
 * one is read.
 */
const revisionsBackwards = 16;

/** The last revision before another that this release can read; null if there is none. */
async function lastReadableBefore(eventId: string, number: number): Promise<LoggedRevision | null> {
  for (let before = number; before > 0; ) {
    const { items } = await query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
      ExpressionAttributeValues: marshall({
        ':pk': eventKey(eventId),
        ':low': revisionKey(eventId, 0).sk,
        ':high': revisionKey(eventId, before - 1).sk,
      }),
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: revisionsBackwards,
    });
    for (const item of items) {
      const revision = readableRevision(item);
      if (revision) return revision;
    }
    const lowest = items.at(-1);
    before = lowest ? revisionOfKey(keyOfItem(lowest)) : 0;
  }
  return null;
}

/**
 * The latest revision of an event, as `latestRevision`. If this release cannot read it, it is the latest that it can
 * read, with the number of the latest: an event that cannot be repaired may be taken down.
 *
 * @throws {UnreadableItem} when none can be read
 */
export async function latestReadable(eventId: string): Promise<LoggedRevision | null> {
  const last = await lastItem(eventId, revisionPrefix, 'consistent');
  if (!last) return null;
  const latest = readableRevision(last);
  if (latest) return latest;
  const number = revisionOfKey(keyOfItem(last));
  const readable = await lastReadableBefore(eventId, number);
  return readable ? { ...readable, digest: '', revision: number } : revisionOfItem(last);
}

/** The marker of the latest published revision; null if none is published. */
export async function latestMarker(eventId: string, consistency: Consistency): Promise<Marker | null> {
  const item = await lastItem(eventId, markerPrefix, consistency);
  return item ? markerOfItem(item) : null;
}

async function itemAt({ pk, sk }: ItemKey): Promise<Item | undefined> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk AND sk = :sk',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk }),
    ConsistentRead: true,
  });
  return items[0];
}

/** One revision of an event, read consistently; null if there is no such revision. */
export async function readRevision(eventId: string, revision: number): Promise<LoggedRevision | null> {
  const item = await itemAt(revisionKey(eventId, revision));
  return item ? revisionOfItem(item) : null;
}

/** The marker of one revision of an event, read consistently; null if the revision is not published. */
export async function readMarker(eventId: string, revision: number): Promise<Marker | null> {
  const item = await itemAt(markerKey(eventId, revision));
  return item ? markerOfItem(item) : null;
}

/**
 * The texts of the events that one read returns. DynamoDB returns 1 MB of items, and compressed ones may hold a hundred
 * times as much text: whatever a page costs must not depend on how well it compresses.
 */
const maximumTextBytes = 1_024 * 1_024;

/** A page of revisions begins with the one before it, and must have another one for a walk to go on. */
const leastItems = 2;

/** The first of some items whose texts are not too much together. */
function firstWithin(items: readonly Item[]): Item[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += eventBytesOf(item);
    return bytes > maximumTextBytes && index >= leastItems;
  });
  return end < 0 ? [...items] : items.slice(0, end);
}

/**
 * The items of an event whose sort keys are between two, inclusive, at most 1 MB of items and 1 MB of event text; read
 * consistently.
 */
export async function itemsBetween(
  eventId: string,
  low: string,
  high: string,
  limit?: number,
): Promise<{ items: Item[]; more: boolean }> {
  const { items, more } = await query({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ':low': low, ':high': high }),
    ConsistentRead: true,
    ...(limit !== undefined && { Limit: limit }),
  });
  const first = firstWithin(items);
  return { items: first, more: more || first.length < items.length };
}

async function* revisionItemsOf(eventId: string): AsyncGenerator<Item> {
  for (let first = 0, more = true; more; ) {
    const page = await itemsBetween(eventId, revisionKey(eventId, first).sk, `${revisionPrefix}~`);
    yield* page.items;
    const last = page.items.at(-1);
    first = (last ? revisionOfKey(keyOfItem(last)) : first) + 1;
    more = page.more;
  }
}

/**
 * All revisions of an event, whether they are published yet or not, from the first; read consistently, page by page.
 */
export async function* revisionsOf(eventId: string): AsyncGenerator<LoggedRevision> {
  for await (const item of revisionItemsOf(eventId)) yield revisionOfItem(item);
}

/** The same without those that this release cannot read. */
export async function* readableRevisionsOf(eventId: string): AsyncGenerator<LoggedRevision> {
  for await (const item of revisionItemsOf(eventId)) {
    const revision = readableRevision(item);
    if (revision) yield revision;
  }
}
