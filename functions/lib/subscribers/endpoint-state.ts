import { randomBytes } from 'node:crypto';
import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { leaseMs } from '../../../events/webhooks/delivery-timing.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { type Changes, updateExpressionOf } from '../runtime/update-expression.ts';
import { stateKey, subscribersTable } from './subscribers-table.ts';

const challengeBytes = 24;

/** The queue by which an endpoint is served: those that fail or are slow have their own. */
export type DeliveryQueue = 'prompt' | 'slow';

export type EndpointStatus = 'pending' | 'active' | 'retrying' | 'disabled';

/** What of the past is still to be looked at for an endpoint, by its own worker. */
export interface Backfill {
  /** The next position to look at; only deliveries before it are sent. */
  readonly next: number;
  /** The last position to look at; null until a worker fixes it to where fan-out stands. */
  readonly to: number | null;
  /** What was acknowledged is sent again. */
  readonly resend: boolean;
  /** The last position of which that is so; all, if it is left out. */
  readonly resendThrough?: number;
}

/** What an endpoint is at. Instants are RFC 3339. */
export interface EndpointState {
  readonly id: string;
  readonly status: EndpointStatus;
  /** Rises with every change that a worker must know of. */
  readonly epoch: number;
  /** The position after which deliveries are sent. A replay moves it back, and so does a delivery that is queued again. */
  readonly sendAfter: number;
  /** The position through which all deliveries have been settled: the highest that `sendAfter` has been. It never falls. */
  readonly settledThrough: number;
  readonly backfill?: Backfill;
  /** Positions after the first, up to the second, of which some may still look as if they were to be sent; they are not. */
  readonly skipped?: { readonly after: number; readonly through: number };
  /** The position of the last message that was sent. */
  readonly lastPosition?: number;
  /** Failed attempts since the last that succeeded. */
  readonly failures: number;
  readonly firstFailureAt?: string;
  readonly nextAttemptAt?: string;
  readonly lastError?: { readonly at: string; readonly category: string; readonly detail: string };
  readonly queue: DeliveryQueue;
  readonly leaseBy?: string;
  readonly leaseUntil?: string;
  readonly verification?: { readonly challenge: string; readonly requestedAt: string; readonly attempts: number };
  readonly ping?: { readonly id: string; readonly requestedAt: string };
  /** Its owner wished so; it answered 410; it failed for days. */
  readonly disabledReason?: 'requested' | 'gone' | 'failing';
  /** The owner is yet to be told that it was disabled. */
  readonly telling?: boolean;
  /** The epoch under which its entry stands in the registry; see `commitChange`. */
  readonly registered?: number;
}

/** What is to be otherwise; undefined takes it away. */
export type StateChanges = Changes<Omit<EndpointState, 'id' | 'epoch' | 'registered'>>;

/** Somebody else has changed the state, or has the lease by now: read it anew, and begin again. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  /** It is gone at the next try: what `isTransient` goes by. */
  readonly $retryable = {};
}

/** Whether fan-out writes deliveries for it. */
export function isActive({ status }: Pick<EndpointState, 'status'>): boolean {
  return status === 'active' || status === 'retrying';
}

/** A question that only who is meant to be asked can answer. */
export function newVerification(now: number): NonNullable<EndpointState['verification']> {
  const challenge = randomBytes(challengeBytes).toString('base64url');
  return { challenge, requestedAt: new Date(now).toISOString(), attempts: 0 };
}

/** The changes by which all deliveries through a position are settled, or passed over. */
export function settledTo({ settledThrough }: Pick<EndpointState, 'settledThrough'>, position: number) {
  return { sendAfter: position, settledThrough: Math.max(settledThrough, position) };
}

export function stateOf(item: Parameters<typeof unmarshall>[0], id: string): EndpointState {
  const { pk: _pk, sk: _sk, ...state } = unmarshall(item);
  return { ...state, id } as EndpointState;
}

/** The state as it is, read consistently; null if there is no such endpoint. */
export async function readState(id: string): Promise<EndpointState | null> {
  const get = new GetItemCommand({ TableName: subscribersTable, Key: marshall(stateKey(id)), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item ? stateOf(Item, id) : null;
}

/**
 * Makes `by` the one worker of an endpoint, for `leaseMs` or until it lets go of it by `saveState` without `leaseBy` and `leaseUntil`.
 *
 * @param now epoch milliseconds
 * @returns the state; null if another has the lease, or there is no such endpoint
 */
export async function takeLease(id: string, by: string, now: number): Promise<EndpointState | null> {
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(stateKey(id)),
        UpdateExpression: 'SET leaseBy = :by, leaseUntil = :until',
        ConditionExpression:
          'attribute_exists(pk) AND (attribute_not_exists(leaseBy) OR leaseBy = :by OR leaseUntil <= :now)',
        ExpressionAttributeValues: marshall({
          ':by': by,
          ':until': new Date(now + leaseMs).toISOString(),
          ':now': new Date(now).toISOString(),
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return stateOf(Attributes, id);
  } catch (error) {
    if (isConditionFailure(error)) return null;
    throw error;
  }
}

/**
 * Changes the state, if its epoch is still the one that was read and, where `state` has a lease, the lease is still its own.
 * What makes an endpoint receive or stop is for `activateEndpoint` and `deactivateEndpoint`.
 *
 * @returns the state as it is then
 * @throws {ConcurrencyConflict} and then nothing was changed
 */
export async function saveState(state: EndpointState, changes: StateChanges): Promise<EndpointState> {
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({ ...stateUpdate(state, changes), ReturnValues: 'ALL_NEW' }),
    );
    return stateOf(Attributes, state.id);
  } catch (error) {
    if (isConditionFailure(error))
      throw new ConcurrencyConflict('The state of the endpoint has changed.', { cause: error });
    throw error;
  }
}

/** The update of a state, alone or as a part of a transaction. */
export function stateUpdate(state: EndpointState, changes: Changes<Omit<EndpointState, 'id'>>) {
  const { id, epoch, leaseBy } = state;
  const lease = leaseBy === undefined ? {} : { leaseBy };
  return {
    TableName: subscribersTable,
    Key: marshall(stateKey(id)),
    ...updateExpressionOf(changes, { epoch, ...lease }),
  };
}
