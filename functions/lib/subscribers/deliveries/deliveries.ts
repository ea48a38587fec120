import { ConditionalCheckFailedException, type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayMs } from '../../../../events/dates/durations.ts';
import { revisionKinds } from '../../../../events/revision.ts';
import { deliveryStatuses } from '../../../../events/webhooks/statuses.ts';
import type { FeedEntry } from '../../event-log/log-items.ts';
import { isDryRun, pretendWritten, unwritten } from '../../runtime/dry-run.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { putAbsent } from '../../runtime/put-absent.ts';
import { type Item, storedItem } from '../../runtime/stored-item.ts';
import { deliveryKey, subscribersTable } from '../table/subscribers-table.ts';

const keptForMs = 90 * dayMs;

/** When a delivery or an attempt that ended at an instant expires, in epoch seconds (DynamoDB's time to live). */
export const expiryOf = (at: string) => Math.floor((Date.parse(at) + keptForMs) / 1_000);

/** Whether the deliveries of a revision that was published at an instant may have expired. */
export const mayHaveExpired = (publishedAt: string) => Date.parse(publishedAt) + keptForMs < Date.now();

/** The attributes of an attempt to send a message. */
export const attemptSchema = z.object({
  /** When it began, RFC 3339. */
  at: z.string(),
  /** The status of the response, or the category of the error if there was none. */
  outcome: z.string(),
  durationMs: z.int(),
  /** What went wrong if there was no response, in words. */
  detail: z.string().exactOptional(),
  /** The beginning of the response. */
  answer: z.string().nullable(),
});

/** One attempt to send a message. */
export type Attempt = Readonly<z.infer<typeof attemptSchema>>;

/**
 * The attributes that are read. Besides, only expressions use `expiresAt`, `totalAttempts` (see `recordAttempt`) and
 * `requeuedAtEpoch` (see `requeueDelivery`).
 */
const deliverySchema = () =>
  z.object({
    position: z.int(),
    eventId: z.string(),
    revision: z.int(),
    kind: z.enum(revisionKinds),
    type: z.string(),
    story: z.string(),
    publishedAt: z.string(),
    status: z.enum(deliveryStatuses),
    /**
     * The position of the previous message to the endpoint, null for the first message. Absent until the first attempt.
     */
    previousPosition: z.int().nullable().exactOptional(),
    /** The number of attempts since it was queued, or queued again. */
    attempts: z.int(),
    queuedAt: z.string(),
    /** When the first attempt was about to begin. From then on the body of the message does not change. */
    startedAt: z.string().exactOptional(),
    /** The first attempt of all, if it was acknowledged: it was stored by the write that settled the delivery. */
    firstAttempt: attemptSchema.exactOptional(),
    settledAt: z.string().exactOptional(),
    /**
     * The number of the revision that took its content down. From then on it is not sent, and nothing of its attempts
     * is kept.
     */
    redactedBy: z.int().exactOptional(),
  });

const deliveries = storedItem({ kind: 'delivery', version: 1, schema: deliverySchema });

/** One message to one endpoint. Instants are RFC 3339. */
export type Delivery = Readonly<z.infer<ReturnType<typeof deliverySchema>>>;

export type DeliveryStatus = Delivery['status'];

/** The delivery in an item. @throws {UnreadableItem} when it cannot be read */
export const deliveryOfItem = (item: Item): Delivery => deliveries.read(item);

/** What a delivery says of the revision that it is of. */
export type QueuedEntry = Pick<
  FeedEntry,
  'position' | 'eventId' | 'revision' | 'kind' | 'type' | 'story' | 'publishedAt'
>;

/** A revision that is queued for an endpoint. */
export interface Queued {
  readonly endpointId: string;
  readonly entry: QueuedEntry;
}

function deliveryItem({ endpointId, entry }: Queued): Item {
  const { position, eventId, revision, kind, type, story, publishedAt } = entry;
  return deliveries.write(deliveryKey(endpointId, position), {
    position,
    eventId,
    revision,
    kind,
    type,
    story,
    publishedAt,
    status: 'pending',
    attempts: 0,
    queuedAt: new Date().toISOString(),
  });
}

/**
 * Queues revisions for endpoints, but none of which there is a delivery, whatever its status. Record the recipients
 * before.
 */
export async function queueDeliveries(queued: readonly Queued[]): Promise<void> {
  await putAbsent(subscribersTable, queued.map(deliveryItem));
}

/**
 * Queues a revision for an endpoint, unless there is a delivery of it, whatever its status.
 *
 * @returns whether it was queued
 */
export async function queueDelivery(endpointId: string, entry: QueuedEntry): Promise<boolean> {
  const present = await putAbsent(subscribersTable, [deliveryItem({ endpointId, entry })]);
  return present.length === 0;
}

/** Changes a delivery if a condition holds. Otherwise, and in a dry run, it stays as it is. */
async function updateIf(
  endpointId: string,
  position: number,
  ConditionExpression: string,
  UpdateExpression: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (isDryRun()) return;
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(deliveryKey(endpointId, position)),
        UpdateExpression,
        ConditionExpression,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: marshall(values),
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

interface Requeuing {
  /**
   * The epoch of the endpoint when the request was made. A request queues a delivery again only once, however often and
   * however late workers carry it out.
   */
  readonly epoch: number;
  /** Whether an acknowledged delivery is queued again too. */
  readonly acknowledged: boolean;
  /** Whether a pending delivery is queued again too: one that the endpoint skipped and that was not marked so. */
  readonly pending?: boolean;
}

const requeuingKey = (endpointId: string, position: number) => {
  const { pk, sk } = deliveryKey(endpointId, position);
  return `${pk} ${sk} requeued`;
};

/** A delivery as a dry run would have queued it again; as it is if it has not. */
export function asRequeued(endpointId: string, delivery: Delivery): Delivery {
  const queuedAt = unwritten(requeuingKey(endpointId, delivery.position)) as string | undefined;
  if (queuedAt === undefined) return delivery;
  const { settledAt: _, ...rest } = delivery;
  return { ...rest, status: 'pending', attempts: 0, queuedAt };
}

/**
 * Queues a parked or skipped delivery again, unless its content was taken down. The body of its message stays the same.
 */
export function requeueDelivery(
  endpointId: string,
  position: number,
  { epoch, acknowledged, pending = false }: Requeuing,
): Promise<void> {
  const now = new Date().toISOString();
  pretendWritten(requeuingKey(endpointId, position), now);
  return updateIf(
    endpointId,
    position,
    '#status IN (:parked, :skipped, :acknowledged, :waiting) AND attribute_not_exists(redactedBy) AND (attribute_not_exists(requeuedAtEpoch) OR requeuedAtEpoch < :epoch)',
    'SET #status = :pending, attempts = :none, queuedAt = :now, requeuedAtEpoch = :epoch REMOVE settledAt, expiresAt',
    {
      ':pending': 'pending',
      ':parked': 'parked',
      ':skipped': 'skipped',
      ':acknowledged': acknowledged ? 'acknowledged' : 'parked',
      ':waiting': pending ? 'pending' : 'parked',
      ':none': 0,
      ':now': now,
      ':epoch': epoch,
    },
  );
}

/**
 * Settles a pending delivery as skipped, unless it was queued again since. It expires after 90 days.
 *
 * @param epoch the epoch of the endpoint when it was read
 */
export function skipDelivery(endpointId: string, position: number, epoch: number): Promise<void> {
  const at = new Date().toISOString();
  return updateIf(
    endpointId,
    position,
    '#status = :pending AND (attribute_not_exists(requeuedAtEpoch) OR requeuedAtEpoch <= :epoch)',
    'SET #status = :skipped, settledAt = :at, expiresAt = :expiry',
    { ':skipped': 'skipped', ':pending': 'pending', ':at': at, ':expiry': expiryOf(at), ':epoch': epoch },
  );
}

/**
 * Stores the position of the previous message with a delivery, before its first attempt. Only the first call has an
 * effect, so that the body of the message never changes. It has none on a delivery whose content was taken down.
 *
 * @param at RFC 3339
 * @returns the delivery as the first call stored it, or as it is if its content was taken down
 * @throws {ConditionalCheckFailedException} when there is no such delivery
 */
export async function startDelivery(
  endpointId: string,
  position: number,
  previousPosition: number | null,
  at: string,
): Promise<Delivery> {
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(deliveryKey(endpointId, position)),
        UpdateExpression: 'SET previousPosition = :previous, startedAt = :at',
        ConditionExpression:
          'attribute_exists(pk) AND attribute_not_exists(startedAt) AND attribute_not_exists(redactedBy)',
        ExpressionAttributeValues: marshall({ ':previous': previousPosition, ':at': at }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return deliveryOfItem(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return deliveryOfItem(error.Item);
    throw error;
  }
}

/**
 * Settles a pending delivery, which expires after 90 days. `acknowledged` replaces every other status, and nothing
 * replaces it.
 *
 * @param at RFC 3339
 */
export function settleDelivery(
  endpointId: string,
  position: number,
  status: 'acknowledged' | 'parked' | 'withdrawn',
  at: string,
): Promise<void> {
  const isOpen = status === 'acknowledged' ? '#status <> :status' : '#status = :pending';
  return updateIf(
    endpointId,
    position,
    `attribute_exists(pk) AND ${isOpen}`,
    'SET #status = :status, settledAt = :at, expiresAt = :expiry',
    {
      ':status': status,
      ':at': at,
      ':expiry': expiryOf(at),
      ...(status !== 'acknowledged' && { ':pending': 'pending' }),
    },
  );
}

/** The update that settles a delivery as acknowledged by its first attempt of all, and stores the attempt with it. */
export const firstAttemptUpdate = (endpointId: string, position: number, attempt: Attempt): TransactWriteItem => ({
  Update: {
    TableName: subscribersTable,
    Key: marshall(deliveryKey(endpointId, position)),
    UpdateExpression:
      'SET #status = :acknowledged, settledAt = :at, expiresAt = :expiry, firstAttempt = :attempt ADD attempts :one, totalAttempts :one',
    ConditionExpression:
      '#status = :pending AND attribute_not_exists(totalAttempts) AND attribute_not_exists(redactedBy)',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: marshall({
      ':acknowledged': 'acknowledged',
      ':pending': 'pending',
      ':at': attempt.at,
      ':expiry': expiryOf(attempt.at),
      ':attempt': attempt,
      ':one': 1,
    }),
  },
});
