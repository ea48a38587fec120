import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type Item, keyOfItem } from '../runtime/stored-item.ts';
import {
  eventKey,
  eventLogTable,
  markerPrefix,
  onlyIfAbsent,
  query,
  revisionKey,
  revisionPrefix,
} from './event-log-table.ts';
import { type LoggedRevision, placeOfItem, revisionItem, revisionOfItem } from './log-items.ts';

const hasPrefix = (prefix: string) => (item: Item) => keyOfItem(item).sk.startsWith(prefix);

/**
 * Appends a revision, unless the event has a revision of that number: one conditional put, no read.
 *
 * @returns the stored revision of that number; null if this one was written
 */
export async function append(revision: Revision, correlationId: string): Promise<LoggedRevision | null> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: eventLogTable,
        Item: revisionItem(revision, correlationId),
        ConditionExpression: onlyIfAbsent,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return null;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return revisionOfItem(error.Item);
    throw error;
  }
}

/** The latest revision of an event, read consistently; null if there is no such event. */
export async function latestRevision(eventId: string): Promise<LoggedRevision | null> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :revision)',
    ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ':revision': revisionPrefix }),
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: true,
  });
  return items[0] ? revisionOfItem(items[0]) : null;
}

/** One revision of an event, read consistently; null if there is no such revision. */
export async function readRevision(eventId: string, revision: number): Promise<LoggedRevision | null> {
  const { pk, sk } = revisionKey(eventId, revision);
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk AND sk = :sk',
    ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk }),
    ConsistentRead: true,
  });
  return items[0] ? revisionOfItem(items[0]) : null;
}

/** All revisions of an event in order. Those that are published have their place in the record. */
export async function revisionsOf(eventId: string, consistent: boolean): Promise<LoggedRevision[]> {
  const items: Item[] = [];
  for (let after: string | undefined, more = true; more; after = items.at(-1)?.sk?.S) {
    const page = await query({
      KeyConditionExpression: after ? 'pk = :pk AND sk > :after' : 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ...(after && { ':after': after }) }),
      ConsistentRead: consistent,
    });
    items.push(...page.items);
    more = page.more;
  }
  const places = new Map(items.filter(hasPrefix(markerPrefix)).map(placeOfItem));
  return items.filter(hasPrefix(revisionPrefix)).map((item) => {
    const revision = revisionOfItem(item);
    const published = places.get(revision.revision);
    return { ...revision, ...(published && { published }) };
  });
}

/** The revisions that are published. */
export function sequencedOf(revisions: readonly LoggedRevision[]): PublishedRevision[] {
  return revisions.flatMap(({ published, ...revision }) => (published ? [{ ...revision, ...published }] : []));
}

/**
 * The published revisions of an event, and whether further ones are appended but not published yet. If an eventually consistent
 * read finds no revision, or not the requested one, it is repeated consistently: the revision may have just been written.
 *
 * @param consistent whether the first read is consistent
 */
export async function publishedRevisions(
  eventId: string,
  requested?: number,
  consistent = false,
): Promise<{ published: PublishedRevision[]; waiting: boolean }> {
  const seen = await revisionsOf(eventId, consistent);
  const isFound = consistent || seen.some(({ revision }) => requested === undefined || revision === requested);
  const revisions = isFound ? seen : await revisionsOf(eventId, true);
  const published = sequencedOf(revisions);
  return { published, waiting: published.length < revisions.length };
}
