import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { leaseMs, longestLeaseAheadMs } from '../../../../events/webhooks/delivery-timing.ts';
import { disabledReasons, endpointStatuses } from '../../../../events/webhooks/statuses.ts';
import type { KeysOfTable } from '../../runtime/batch-get.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { type Item, storedItem } from '../../runtime/stored-item.ts';
import { type Changes, updateExpressionOf } from '../../runtime/update-expression.ts';
import { stateKey, subscribersTable } from '../table/subscribers-table.ts';

const challengeBytes = 24;

/** The queue whose workers serve an endpoint. Endpoints that fail or are slow have a queue of their own. */
export const deliveryQueueSchema = z.enum(['prompt', 'slow']);

export type DeliveryQueue = z.infer<typeof deliveryQueueSchema>;

export type EndpointStatus = (typeof endpointStatuses)[number];

const backfillSchema = z
  .object({
    /** The next position to search. Only deliveries before it are sent. */
    next: z.int(),
    /** The last position to search; null until a worker sets it to the checkpoint of fan-out. */
    to: z.int().nullable(),
    /** Whether acknowledged messages are sent again. */
    resend: z.boolean(),
    /** The last position that `resend` applies to. Absent if it applies to all. */
    resendThrough: z.int().exactOptional(),
  })
  .readonly();

/** The part of the past that a worker has yet to search for its endpoint. */
export type Backfill = z.infer<typeof backfillSchema>;

const stateSchema = () =>
  z.object({
    status: z.enum(endpointStatuses),
    /** Rises with every change that a worker must notice. */
    epoch: z.int(),
    /**
     * The position after which deliveries are sent. A replay moves it back, and so does a delivery that is queued
     * again.
     */
    sendAfter: z.int(),
    /**
     * The position through which all deliveries have been settled: the highest that `sendAfter` has been. It never
     * falls.
     */
    settledThrough: z.int(),
    backfill: backfillSchema.exactOptional(),
    /**
     * The next position to search of those that fan-out leaves to the worker, as the endpoint is behind. Only
     * deliveries before it are sent. Absent if fan-out serves the endpoint.
     */
    behindFrom: z.int().exactOptional(),
    /** Positions after the first, up to the second. Deliveries among them that are still `pending` are skipped. */
    skipped: z.object({ after: z.int(), through: z.int() }).readonly().exactOptional(),
    /** The position of the last message that was sent. */
    lastPosition: z.int().exactOptional(),
    /** The number of failed attempts since the last one that succeeded. */
    failures: z.int(),
    firstFailureAt: z.string().exactOptional(),
    nextAttemptAt: z.string().exactOptional(),
    /** When the wait for the next attempt began. Without a meaning if there is no next attempt. */
    waitingSince: z.string().exactOptional(),
    lastError: z.object({ at: z.string(), category: z.string(), detail: z.string() }).readonly().exactOptional(),
    queue: deliveryQueueSchema,
    /** The mean duration of recent attempts. Absent before the first one. */
    meanAnswerMs: z.int().exactOptional(),
    /** The worker that has the lease, and its end. */
    leaseBy: z.string().exactOptional(),
    leaseUntil: z.string().exactOptional(),
    verification: z
      .object({ challenge: z.string(), requestedAt: z.string(), attempts: z.int() })
      .readonly()
      .exactOptional(),
    ping: z.object({ id: z.string(), requestedAt: z.string() }).readonly().exactOptional(),
    disabledReason: z.enum(disabledReasons).exactOptional(),
    /** Whether the owner has yet to be notified that the endpoint was disabled. */
    mustNotifyOwner: z.boolean().exactOptional(),
    /** The epoch of its entry among the active endpoints, as `commitChange` wrote it. Absent if it has none. */
    entryEpoch: z.int().exactOptional(),
  });

const states = storedItem({ kind: 'endpoint state', version: 1, schema: stateSchema });

/** The state of an endpoint. Instants are RFC 3339. */
export type EndpointState = Readonly<z.infer<ReturnType<typeof stateSchema>>> & { readonly id: string };

/** New values of attributes of the state; undefined removes an attribute. */
export type StateChanges = Changes<Omit<EndpointState, 'id' | 'epoch' | 'entryEpoch'>>;

/** The endpoint was changed since it was read, or another worker has the lease. Read it again and decide again. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  /** Makes it transient (see `isTransient`): the next attempt reads the change. */
  readonly $retryable = {};
}

/** Whether fan-out queues deliveries for an endpoint. */
export function isActive({ status }: Pick<EndpointState, 'status'>): boolean {
  return status === 'active' || status === 'retrying';
}

/**
 * A new verification: its challenge cannot be guessed, so only the receiver can answer it.
 *
 * @param now epoch milliseconds
 */
export function newVerification(now: number): NonNullable<EndpointState['verification']> {
  const challenge = randomBytes(challengeBytes).toString('base64url');
  return { challenge, requestedAt: new Date(now).toISOString(), attempts: 0 };
}

/** The changes after which all deliveries through a position are settled. */
export function settledTo({ settledThrough }: Pick<EndpointState, 'settledThrough'>, position: number) {
  return { sendAfter: position, settledThrough: Math.max(settledThrough, position) };
}

/** The state as an item. */
export const stateItem = ({ id, ...state }: EndpointState): Item => states.write(stateKey(id), state);

/** The state in an item. @throws {UnreadableItem} when it cannot be read */
export const stateOfItem = (item: Item, id: string): EndpointState => ({ id, ...states.read(item) });

/** The key of the state, as a read of several tables names it. */
export const keyOfState = (id: string): KeysOfTable => ({ table: subscribersTable, keys: [marshall(stateKey(id))] });

/** The state, read consistently; null if there is no such endpoint. @throws {UnreadableItem} when it cannot be read */
export async function readState(id: string): Promise<EndpointState | null> {
  const get = new GetItemCommand({ TableName: subscribersTable, Key: marshall(stateKey(id)), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item ? stateOfItem(Item, id) : null;
}

/**
 * The state of an endpoint whose lease was taken; otherwise the state that was found, null if there is no such
 * endpoint.
 */
export type LeaseAnswer =
  | { readonly leased: EndpointState }
  | { readonly leased: null; readonly found: EndpointState | null };

/**
 * Takes the lease of an endpoint: `by` is its only worker for `leaseMs`, or until it releases the lease by a
 * `saveState` that removes `leaseBy` and `leaseUntil`. A lease whose end is too far ahead was written by a clock that
 * was wrong, and keeps nobody out: at worst, a message is sent twice.
 *
 * @param now epoch milliseconds
 * @param queue the queue that must not be another one's: a worker of the prompt queue leaves an endpoint of the slow
 *   queue alone. Default: any
 */
export async function takeLease(
  id: string,
  by: string,
  now: number,
  queue: DeliveryQueue = 'slow',
): Promise<LeaseAnswer> {
  const isPrompt = queue === 'prompt';
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(stateKey(id)),
        UpdateExpression: 'SET leaseBy = :by, leaseUntil = :until',
        ConditionExpression: `attribute_exists(pk) AND (attribute_not_exists(leaseBy) OR leaseBy = :by OR leaseUntil <= :now OR leaseUntil > :latest)${
          isPrompt ? ' AND #queue <> :slow' : ''
        }`,
        ...(isPrompt && { ExpressionAttributeNames: { '#queue': 'queue' } }),
        ExpressionAttributeValues: marshall({
          ...(isPrompt && { ':slow': 'slow' }),
          ':by': by,
          ':until': new Date(now + leaseMs).toISOString(),
          ':now': new Date(now).toISOString(),
          ':latest': new Date(now + longestLeaseAheadMs).toISOString(),
        }),
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return { leased: stateOfItem(Attributes, id) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { leased: null, found: error.Item ? stateOfItem(error.Item, id) : null };
  }
}

/**
 * Changes the state on the condition that its epoch has not changed since it was read and, if `state` has a lease, that
 * the lease is still its own. Use `activateEndpoint` and `deactivateEndpoint` to start and stop deliveries.
 *
 * @returns the state after the change
 * @throws {ConcurrencyConflict} when the condition does not hold; nothing is changed then
 */
export async function saveState(state: EndpointState, changes: StateChanges): Promise<EndpointState> {
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({ ...stateUpdate(state, changes), ReturnValues: 'ALL_NEW' }),
    );
    return stateOfItem(Attributes, state.id);
  } catch (error) {
    if (isConditionFailure(error))
      throw new ConcurrencyConflict('The state of the endpoint has changed.', { cause: error });
    throw error;
  }
}

/**
 * The update of a state, by itself or in a transaction.
 *
 * @param unchanged attributes that must be as they were read, though their changes do not raise the epoch
 */
export function stateUpdate(
  state: EndpointState,
  changes: Changes<Omit<EndpointState, 'id'>>,
  unchanged: readonly (keyof EndpointState)[] = [],
) {
  const { id, epoch, leaseBy } = state;
  const lease = leaseBy === undefined ? {} : { leaseBy };
  return {
    TableName: subscribersTable,
    Key: marshall(stateKey(id)),
    ...updateExpressionOf(changes, {
      epoch,
      ...lease,
      ...Object.fromEntries(unchanged.map((name) => [name, state[name]])),
    }),
  };
}
