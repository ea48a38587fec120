import { ConditionalCheckFailedException, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dayMs } from '../../../events/dates/durations.ts';
import type { RevisionKind } from '../../../events/revision.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { deliveryKey, subscribersTable } from './subscribers-table.ts';

const keptForMs = 90 * dayMs;

/** When a delivery or an attempt that ended at an instant expires, in epoch seconds (DynamoDB's time to live). */
export const expiryOf = (at: string) => Math.floor((Date.parse(at) + keptForMs) / 1_000);

/** Whether the deliveries of a revision that was published at an instant may have expired. */
export const mayHaveExpired = (publishedAt: string) => Date.parse(publishedAt) + keptForMs < Date.now();

/** How it ended; `pending` until then. What the owner of its endpoint passes over is `skipped`. */
export type DeliveryStatus = 'pending' | 'acknowledged' | 'parked' | 'withdrawn' | 'skipped';

/** One message to one endpoint. Instants are RFC 3339. */
export interface Delivery {
  readonly position: number;
  readonly eventId: string;
  readonly revision: number;
  readonly kind: RevisionKind;
  readonly type: string;
  readonly story: string;
  readonly publishedAt: string;
  readonly status: DeliveryStatus;
  /** The position of the message before it on this endpoint, null for the first; absent until it is started. */
  readonly previousPosition?: number | null;
  /** Since it was queued, or queued again. */
  readonly attempts: number;
  readonly queuedAt: string;
  /** When it was first about to be sent: from then on its body stands. */
  readonly startedAt?: string;
  readonly settledAt?: string;
}

/** Attributes that are no part of what others are shown. */
export function deliveryOf(item: Parameters<typeof unmarshall>[0]): Delivery {
  const { pk: _pk, sk: _sk, expiresAt: _expiry, made: _made, requeuedUnder: _under, ...delivery } = unmarshall(item);
  return delivery as Delivery;
}

/** What a delivery says of the revision that it is of. */
export type QueuedEntry = Pick<
  FeedEntry,
  'position' | 'eventId' | 'revision' | 'kind' | 'type' | 'story' | 'publishedAt'
>;

/**
 * Queues a revision for an endpoint, unless a delivery of it is there, in whatever state.
 *
 * @returns whether it was put
 */
export async function queueDelivery(endpointId: string, entry: QueuedEntry): Promise<boolean> {
  const { position, eventId, revision, kind, type, story, publishedAt } = entry;
  const delivery: Delivery = {
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
  };
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: subscribersTable,
        Item: marshall({ ...deliveryKey(endpointId, position), ...delivery }),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** Changes a delivery if a condition holds; otherwise it stays as it is. */
async function updateIf(
  endpointId: string,
  position: number,
  ConditionExpression: string,
  UpdateExpression: string,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
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

interface Requeued {
  readonly epoch: number;
  readonly acknowledged: boolean;
  readonly pending?: boolean;
}

/**
 * Queues again what was parked or skipped and, with `acknowledged`, what was acknowledged; with `pending`, what looks as if it still
 * were to be sent and was passed over. What its body says stays as it was.
 *
 * @param epoch of the endpoint when it was asked for: one request queues a delivery again once, however often it is carried out and
 *   however late one of those who do so
 */
export function requeueDelivery(
  endpointId: string,
  position: number,
  { epoch, acknowledged, pending = false }: Requeued,
): Promise<void> {
  return updateIf(
    endpointId,
    position,
    '#status IN (:parked, :skipped, :acknowledged, :waiting) AND (attribute_not_exists(requeuedUnder) OR requeuedUnder < :epoch)',
    'SET #status = :pending, attempts = :none, queuedAt = :now, requeuedUnder = :epoch REMOVE settledAt, expiresAt',
    {
      ':pending': 'pending',
      ':parked': 'parked',
      ':skipped': 'skipped',
      ':acknowledged': acknowledged ? 'acknowledged' : 'parked',
      ':waiting': pending ? 'pending' : 'parked',
      ':none': 0,
      ':now': new Date().toISOString(),
      ':epoch': epoch,
    },
  );
}

/**
 * Ends a pending delivery that was passed over, unless it was queued again since; it is forgotten after 90 days.
 *
 * @param epoch of the endpoint as it was read
 */
export function skipDelivery(endpointId: string, position: number, epoch: number): Promise<void> {
  const at = new Date().toISOString();
  return updateIf(
    endpointId,
    position,
    '#status = :pending AND (attribute_not_exists(requeuedUnder) OR requeuedUnder <= :epoch)',
    'SET #status = :skipped, settledAt = :at, expiresAt = :expiry',
    { ':skipped': 'skipped', ':pending': 'pending', ':at': at, ':expiry': expiryOf(at), ':epoch': epoch },
  );
}

/**
 * Fixes what the body of a delivery says of the message before it. The first to do so is right for good: the body of a message
 * never changes.
 *
 * @param at RFC 3339
 * @returns the delivery as it stands: as another has started it, if one has
 * @throws ConditionalCheckFailedException if there is no such delivery
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
        ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(startedAt)',
        ExpressionAttributeValues: marshall({ ':previous': previousPosition, ':at': at }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return deliveryOf(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException && error.Item) return deliveryOf(error.Item);
    throw error;
  }
}

/**
 * Ends a pending delivery; it is forgotten after 90 days. One that was acknowledged stays so, and acknowledging is right
 * whatever another made of it.
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
