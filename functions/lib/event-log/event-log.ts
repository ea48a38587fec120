import {
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { PublishedRevision, Revision } from '../../../events/revision.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { environment } from '../runtime/environment.ts';
import { withExtent, withExtentText } from './extent-text.ts';

/** The table that holds all truth: revisions, their markers, and the feed. Nothing in it is ever changed or removed. */
const tableName = environment('EVENT_LOG_TABLE');

const feedKey = 'F';
const positionDigits = 12;
const revisionDigits = 6;
const onlyIfAbsent = 'attribute_not_exists(pk)';

/** A position as the feed's sort key. */
const positionKey = (position: number) => String(position).padStart(positionDigits, '0');
const eventKey = (eventId: string) => `E#${eventId}`;
const revisionKey = (revision: number) => `R#${String(revision).padStart(revisionDigits, '0')}`;
const markerKey = (revision: number) => `M#${String(revision).padStart(revisionDigits, '0')}`;

/** The place of a revision item in the table, as streams and the parked queue name it. */
export interface LogKey {
  readonly pk: string;
  readonly sk: string;
}

/** A revision as it stands in the log, with its place in the record once it has one. */
export interface LoggedRevision extends Revision {
  /** The request that brought it, for following it through the logs. */
  readonly correlationId: string;
  readonly published?: Pick<PublishedRevision, 'position' | 'publishedAt' | 'extent'>;
}

/** An entry of the feed: a published revision that can be shown without a look at any other item. */
export interface FeedEntry extends PublishedRevision {
  readonly correlationId: string;
  /** Facets of this and of all earlier revisions of the event: everyone for whom any of them was meant. */
  readonly facets: readonly string[];
  /** Pointers to the fields that this revision changed. */
  readonly changed: readonly string[];
}

/** Where in the feed an entry stands. */
export type FeedPlace = Pick<FeedEntry, 'position' | 'publishedAt'>;

/** What can be told of an entry without its event. */
export type ReadablePart = Pick<FeedEntry, 'position' | 'publishedAt' | 'eventId' | 'revision' | 'kind' | 'note'> &
  Partial<Pick<FeedEntry, 'facets'>>;

/** There is an entry in the feed that cannot be understood. */
export class UnreadableEntry extends Error {
  override readonly name = 'UnreadableEntry';
  readonly place: FeedPlace;
  /** What stands beside the event, as it stands there. */
  readonly known: ReadablePart;

  constructor(known: ReadablePart, cause: unknown) {
    super(`The entry at position ${known.position} cannot be read.`, { cause });
    this.place = { position: known.position, publishedAt: known.publishedAt };
    this.known = known;
  }
}

type Item = Record<string, unknown>;

function revisionItem(revision: Revision, correlationId: string): Item {
  const { eventId, event, revision: number, ...rest } = revision;
  return { pk: eventKey(eventId), sk: revisionKey(number), ...rest, correlationId, event: JSON.stringify(event) };
}

function revisionOf(item: Item): LoggedRevision {
  const { pk, sk, event, ...rest } = item as { pk: string; sk: string; event: string } & Item;
  return { ...rest, eventId: pk.slice(2), revision: Number(sk.slice(2)), event: JSON.parse(event) } as LoggedRevision;
}

function feedItem(entry: FeedEntry): Item {
  const { position, event, facets, changed, ...rest } = withExtentText(entry);
  return {
    pk: feedKey,
    sk: positionKey(position),
    ...rest,
    position,
    event: JSON.stringify(event),
    facets,
    ...(changed.length > 0 && { changed }),
  };
}

function feedEntryOf(item: Item): FeedEntry {
  const { pk: _pk, sk: _sk, event, ...rest } = item;
  return { changed: [], ...withExtent(rest), event: JSON.parse(event as string) } as unknown as FeedEntry;
}

async function query(input: Omit<QueryCommandInput, 'TableName'>): Promise<{ items: Item[]; more: boolean }> {
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(new QueryCommand({ TableName: tableName, ...input }));
  return { items: Items.map((item) => unmarshall(item)), more: LastEvaluatedKey !== undefined };
}

/** The event that a stream record of a revision is about. */
export function eventIdOfKey({ pk }: Pick<LogKey, 'pk'>): string {
  return pk.slice(2);
}

/** The key of a revision's item. */
export function keyOfRevision({ eventId, revision }: Revision): LogKey {
  return { pk: eventKey(eventId), sk: revisionKey(revision) };
}

/** The key of a feed entry's item. */
export function keyOfPosition(position: number): LogKey {
  return { pk: feedKey, sk: positionKey(position) };
}

/**
 * Appends a revision unless its place is taken: one conditional put, no read.
 *
 * @returns what stands in that place already, or null if the revision was written
 */
export async function append(revision: Revision, correlationId: string): Promise<LoggedRevision | null> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: marshall(revisionItem(revision, correlationId)),
        ConditionExpression: onlyIfAbsent,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return null;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return revisionOf(unmarshall(error.Item));
    throw error;
  }
}

/** The latest revision of an event, read consistently; null if there is no such event. */
export async function latestRevision(eventId: string): Promise<LoggedRevision | null> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :revision)',
    ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ':revision': 'R#' }),
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: true,
  });
  return items[0] ? revisionOf(items[0]) : null;
}

/** One revision of an event, read consistently; null if it is not there. */
export async function readRevision(eventId: string, revision: number): Promise<LoggedRevision | null> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk AND sk = :sk',
    ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ':sk': revisionKey(revision) }),
    ConsistentRead: true,
  });
  return items[0] ? revisionOf(items[0]) : null;
}

/** All revisions of an event in order, each with its position once it has one. */
export async function revisionsOf(eventId: string, consistent: boolean): Promise<LoggedRevision[]> {
  const items: Item[] = [];
  for (let after: string | undefined, more = true; more; after = items.at(-1)?.sk as string) {
    const page = await query({
      KeyConditionExpression: after ? 'pk = :pk AND sk > :after' : 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': eventKey(eventId), ...(after && { ':after': after }) }),
      ConsistentRead: consistent,
    });
    items.push(...page.items);
    more = page.more;
  }
  const markers = new Map(
    items
      .filter(({ sk }) => (sk as string).startsWith('M#'))
      .map(({ pk: _pk, sk, ...place }) => [Number((sk as string).slice(2)), withExtent(place)]),
  );
  return items
    .filter(({ sk }) => (sk as string).startsWith('R#'))
    .map((item) => {
      const revision = revisionOf(item);
      const published = markers.get(revision.revision);
      return { ...revision, ...(published && { published }) } as LoggedRevision;
    });
}

/** Those of the revisions that have their place in the record. */
export function sequencedOf(revisions: readonly LoggedRevision[]): PublishedRevision[] {
  return revisions.flatMap(({ published, ...revision }) => (published ? [{ ...revision, ...published }] : []));
}

/**
 * The revisions of an event that have their place in the record, and whether more have been accepted and wait for theirs.
 * Read again consistently if there is none, or not the one asked for: it may have been written this very moment.
 *
 * @param consistent reads consistently at once
 */
export async function publishedRevisions(
  eventId: string,
  asked?: number,
  consistent = false,
): Promise<{ published: PublishedRevision[]; waiting: boolean }> {
  const seen = await revisionsOf(eventId, consistent);
  const isThere = consistent || seen.some(({ revision }) => asked === undefined || revision === asked);
  const revisions = isThere ? seen : await revisionsOf(eventId, true);
  const published = sequencedOf(revisions);
  return { published, waiting: published.length < revisions.length };
}

/** The last entry's place in the record; position 0 before the first. Read consistently unless told otherwise. */
export async function feedHead(consistent = true): Promise<FeedPlace> {
  const { items } = await query({
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': feedKey }),
    ProjectionExpression: 'sk, publishedAt',
    ScanIndexForward: false,
    Limit: 1,
    ConsistentRead: consistent,
  });
  const head = items[0];
  return head
    ? { position: Number(head.sk), publishedAt: head.publishedAt as string }
    : { position: 0, publishedAt: new Date(0).toISOString() };
}

/** A stretch of the feed. */
export interface FeedPage {
  readonly entries: readonly FeedEntry[];
  /** There is more to be read now. */
  readonly more: boolean;
  /** It ends at a position that cannot be seen yet, though later ones can. */
  readonly gap: boolean;
}

/**
 * The entries after a position, in order, up to a limit or 1 MB, and no further than the first gap: a read may see half of a
 * transaction, and what is missing now must not be skipped. Nor further than an entry that cannot be read.
 *
 * @throws UnreadableEntry if that is the very first
 */
export async function feedAfter(position: number, limit: number, consistent: boolean): Promise<FeedPage> {
  const { items, more } = await query({
    KeyConditionExpression: 'pk = :pk AND sk > :after',
    ExpressionAttributeValues: marshall({ ':pk': feedKey, ':after': positionKey(position) }),
    Limit: limit,
    ConsistentRead: consistent,
  });
  const gap = items.findIndex((item, index) => item.sk !== positionKey(position + 1 + index));
  const entries: FeedEntry[] = [];
  for (const item of gap < 0 ? items : items.slice(0, gap)) {
    try {
      entries.push(feedEntryOf(item));
    } catch (cause) {
      if (entries.length === 0) throw new UnreadableEntry(item as unknown as ReadablePart, cause);
      return { entries, more: true, gap: false };
    }
  }
  return { entries, more, gap: gap >= 0 };
}

/**
 * Walks the whole log for events that have a revision without a place in the record. Reads everything once (half a unit for
 * each 4 KB): for mending, not for serving.
 */
export async function* unsequencedEvents(): AsyncGenerator<string> {
  let start: ScanCommandInput['ExclusiveStartKey'];
  let event = { pk: '', markers: 0, revisions: 0 };
  do {
    const page: ScanCommandOutput = await dynamodb.send(
      new ScanCommand({
        TableName: tableName,
        FilterExpression: 'begins_with(pk, :event)',
        ExpressionAttributeValues: marshall({ ':event': eventKey('') }),
        ProjectionExpression: 'pk, sk',
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const { pk, sk } of (page.Items ?? []).map((item) => unmarshall(item) as LogKey)) {
      // All items of one event come together, whatever the order of the events.
      if (pk !== event.pk) {
        if (event.revisions > event.markers) yield eventIdOfKey(event);
        event = { pk, markers: 0, revisions: 0 };
      }
      if (sk.startsWith('R#')) event.revisions += 1;
      else event.markers += 1;
    }
    start = page.LastEvaluatedKey;
  } while (start);
  if (event.revisions > event.markers) yield eventIdOfKey(event);
}

/**
 * Gives revisions their place in the record: each feed entry with its marker, all of them or none.
 * At most 50 entries and 4 MB (DynamoDB: 100 items a transaction).
 *
 * @throws TransactionCanceledException if a position is taken or a revision has its place already
 */
export async function publish(entries: readonly FeedEntry[]): Promise<void> {
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: entries.flatMap((entry) => {
        const { eventId, revision, position, publishedAt, extent } = entry;
        const place = withExtentText({ position, publishedAt, ...(extent && { extent }) });
        const marker = { pk: eventKey(eventId), sk: markerKey(revision), ...place };
        return [feedItem(entry), marker].map((item) => ({
          Put: {
            TableName: tableName,
            Item: marshall(item, { removeUndefinedValues: true }),
            ConditionExpression: onlyIfAbsent,
          },
        }));
      }),
    }),
  );
}
