import { GetItemCommand, QueryCommand, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { RecordedRecipient } from '../../../../events/webhooks/audience.ts';
import { batchGet } from '../../runtime/batch-get.ts';
import { inParallel } from '../../runtime/concurrency.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { putAbsent } from '../../runtime/put-absent.ts';
import { retryCalls } from '../../runtime/retry.ts';
import { type Item, keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { ConcurrencyConflict } from '../endpoints/endpoint-state.ts';
import { transact } from '../endpoints/transact.ts';
import { recipientKey, recipientsPartition, subscribersTable } from '../table/subscribers-table.ts';
import { logUnreadable, readableOf } from '../table/unreadable-items.ts';
import { type Attempt, type Delivery, firstAttemptUpdate } from './deliveries.ts';

const writesAtOnce = 32;

/** So many recipients of an event are read whole: about 0.2 MB. */
const recipientsPerQuery = 1_000;

const recipientSchema = () =>
  z.object({
    owner: z.string(),
    /** The position of the first revision that the endpoint was to receive. */
    firstPosition: z.int(),
    /** The position and the number of the latest revision that it was to receive. */
    position: z.int(),
    revision: z.int(),
    /** The latest revision that it acknowledged, and when (RFC 3339). */
    acknowledgedRevision: z.int().exactOptional(),
    acknowledgedAt: z.string().exactOptional(),
  });

const recipients = storedItem({ kind: 'recipient', version: 1, schema: recipientSchema });

/** An endpoint that was to receive an event. It is kept for good, also when the endpoint is deleted. */
export type Recipient = Readonly<z.infer<ReturnType<typeof recipientSchema>>> & RecordedRecipient;

/**
 * The condition that an item is of the current version; without `v` it is of version 1. Updates leave all other items
 * as they are. After the version is raised, updates must convert items of earlier versions, or they stop changing them.
 */
const isThisVersion = '(attribute_not_exists(v) OR v = :v)';

type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const recipientOf = (item: Item): Recipient => ({ endpointId: keyOfItem(item).sk, ...recipients.read(item) });

/** Updates a recipient if a condition holds. @returns whether it held */
async function update(eventId: string, endpointId: string, change: Update): Promise<boolean> {
  const Key = marshall(recipientKey(eventId, endpointId));
  try {
    await dynamodb.send(new UpdateItemCommand({ TableName: subscribersTable, Key, ...change }));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/**
 * Records that an endpoint is to receive a revision of an event. Call it before the delivery is queued. Neither the
 * order of the revisions matters nor how often each is recorded. An item of an unknown version stays as it is.
 */
export async function putRecipient(
  eventId: string,
  { id, owner }: { readonly id: string; readonly owner: string },
  { position, revision }: Pick<Delivery, 'position' | 'revision'>,
): Promise<void> {
  const isLatest = await update(eventId, id, {
    UpdateExpression:
      'SET #owner = :owner, #position = :position, revision = :revision, firstPosition = if_not_exists(firstPosition, :position), v = :v',
    ConditionExpression: `attribute_not_exists(pk) OR (${isThisVersion} AND revision < :revision)`,
    ExpressionAttributeNames: { '#owner': 'owner', '#position': 'position' },
    ExpressionAttributeValues: marshall({
      ':owner': owner,
      ':position': position,
      ':revision': revision,
      ':v': recipients.version,
    }),
  });
  if (isLatest) return;
  await update(eventId, id, {
    UpdateExpression: 'SET firstPosition = :position',
    ConditionExpression: `${isThisVersion} AND firstPosition > :position`,
    ExpressionAttributeValues: marshall({ ':position': position, ':v': recipients.version }),
  });
}

/** An endpoint that is to receive some revisions of an event. */
export interface NewRecipient {
  readonly eventId: string;
  readonly endpoint: { readonly id: string; readonly owner: string };
  /** The revisions, in order. */
  readonly revisions: readonly Pick<Delivery, 'position' | 'revision'>[];
}

type Ends = readonly [Pick<Delivery, 'position' | 'revision'>, Pick<Delivery, 'position' | 'revision'>];

const endsOf = ({ revisions }: NewRecipient) => [revisions[0], revisions.at(-1)] as unknown as Ends;

/**
 * Records endpoints as recipients of events, with few calls: most were recorded of none of these events before. Call it
 * before the deliveries are queued.
 */
export async function recordRecipients(added: readonly NewRecipient[]): Promise<void> {
  const items = added.map((one) => {
    const [{ position: firstPosition }, { position, revision }] = endsOf(one);
    const { id, owner } = one.endpoint;
    return recipients.write(recipientKey(one.eventId, id), { owner, firstPosition, position, revision });
  });
  const known = new Set(await putAbsent(subscribersTable, items));
  const changed = added.filter((_, index) => known.has(items[index] as Item));
  await inParallel(changed, writesAtOnce, async (one) => {
    const [first, last] = endsOf(one);
    await retryCalls(() => putRecipient(one.eventId, one.endpoint, first));
    if (last !== first) await retryCalls(() => putRecipient(one.eventId, one.endpoint, last));
  });
}

/**
 * The record of a recipient. Of one that cannot be read, the first position is 0: its endpoint was to receive the event
 * too.
 */
function recordOf(item: Item): RecordedRecipient {
  try {
    return recipientOf(item);
  } catch (error) {
    logUnreadable(error);
    return { endpointId: keyOfItem(item).sk, firstPosition: 0 };
  }
}

/** Sorts before the ids of all endpoints; at the end of one, behind it and before the next. */
const blank = ' ';

/** The items of recipients from a sort key on, read consistently: up to a limit or 1 MB. */
async function itemsFrom(eventId: string, from: string, limit: number): Promise<{ items: Item[]; more: boolean }> {
  const { Items: items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND sk >= :from',
      ExpressionAttributeValues: marshall({ ':pk': recipientsPartition(eventId), ':from': from }),
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return { items, more: LastEvaluatedKey !== undefined };
}

/**
 * Those of some endpoints that are recorded as recipients of an event, and perhaps others, read consistently. Records
 * outlive their endpoints, so an event can have any number of them: where there are very many, only those of these
 * endpoints are read.
 */
export async function recordedAmong(eventId: string, endpointIds: readonly string[]): Promise<RecordedRecipient[]> {
  const { items, more } = await itemsFrom(eventId, blank, recipientsPerQuery);
  if (!more) return items.map(recordOf);
  const keys = endpointIds.map((id) => marshall(recipientKey(eventId, id)));
  return (await batchGet(subscribersTable, keys, 'consistent')).map(recordOf);
}

/**
 * The recipients of an event from an endpoint on, by endpoint, read consistently.
 *
 * @param from the id of the first endpoint; undefined for the first of all
 */
export async function recipientsFrom(
  eventId: string,
  from: string | undefined,
  limit: number,
): Promise<RecordedRecipient[]> {
  const { items } = await itemsFrom(eventId, from ?? blank, limit);
  return items.map(recordOf);
}

/**
 * A page of the recipients of an event, by endpoint, without those that cannot be read.
 *
 * @param after the id of the last endpoint of the previous page; empty for the first page
 * @param limit at most as many as fit into 1 MB
 */
export async function recipientsPage(
  eventId: string,
  after: string,
  limit: number,
): Promise<{ readonly recipients: readonly Recipient[]; readonly next: string | null }> {
  const { items } = await itemsFrom(eventId, `${after}${blank}`, limit + 1);
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    recipients: readableOf(shown, recipientOf),
    next: last && items.length > limit ? keyOfItem(last).sk : null,
  };
}

/** The first recipients of an event, without those that cannot be read. @param most so many, about 0.2 KB each */
export async function firstRecipients(eventId: string, most: number): Promise<readonly Recipient[]> {
  const found: Item[] = [];
  for (let from = blank; found.length < most; ) {
    const { items, more } = await itemsFrom(eventId, from, most - found.length);
    found.push(...items);
    const last = items.at(-1);
    if (!more || !last) break;
    from = `${keyOfItem(last).sk}${blank}`;
  }
  return readableOf(found, recipientOf);
}

/**
 * One recipient of an event, read consistently; null if the endpoint is not recorded.
 *
 * @throws {UnreadableItem} when it cannot be read
 */
export async function readRecipient(eventId: string, endpointId: string): Promise<Recipient | null> {
  const Key = marshall(recipientKey(eventId, endpointId));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? recipientOf(Item) : null;
}

/** @param at RFC 3339 */
const acknowledgement = (revision: number, at: string) => ({
  UpdateExpression: 'SET acknowledgedRevision = :revision, acknowledgedAt = :at',
  ConditionExpression: `attribute_exists(pk) AND ${isThisVersion} AND (attribute_not_exists(acknowledgedRevision) OR acknowledgedRevision < :revision)`,
  ExpressionAttributeValues: marshall({ ':revision': revision, ':at': at, ':v': recipients.version }),
});

/**
 * Records that an endpoint acknowledged a revision, unless it has acknowledged a later one. An item of an unknown
 * version stays as it is.
 *
 * @param at RFC 3339
 */
export async function acknowledgeRecipient(
  eventId: string,
  endpointId: string,
  revision: number,
  at: string,
): Promise<void> {
  await update(eventId, endpointId, acknowledgement(revision, at));
}

/**
 * Records that an endpoint acknowledged a revision by the first attempt to send it, and settles the delivery, in one
 * transaction.
 *
 * @returns false if this is not the first attempt, the content was taken down, or the endpoint has acknowledged a later
 *   revision; nothing is changed then
 */
export async function acknowledgeAtFirstAttempt(
  endpointId: string,
  { eventId, revision, position }: Pick<Delivery, 'eventId' | 'revision' | 'position'>,
  attempt: Attempt,
): Promise<boolean> {
  const Key = marshall(recipientKey(eventId, endpointId));
  const receipt = { TableName: subscribersTable, Key, ...acknowledgement(revision, attempt.at) };
  try {
    await transact([{ Update: receipt }, firstAttemptUpdate(endpointId, position, attempt)]);
    return true;
  } catch (error) {
    if (error instanceof ConcurrencyConflict) return false;
    throw error;
  }
}
