import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Due, duePut } from './due.ts';
import {
  type EndpointState,
  type EndpointStatus,
  isReceiving,
  Overtaken,
  type StateChanges,
  stateUpdate,
} from './endpoint-state.ts';
import type { Endpoint } from './endpoints.ts';
import { isOvertaken } from './failure.ts';
import { putEntry, removeEntry } from './registry.ts';
import { endpointKey, subscribersTable } from './subscribers-table.ts';
import { transact } from './transact.ts';
import { type Changes, updateOf } from './update-expression.ts';

/** What is to be otherwise of an endpoint and its state. */
export interface EndpointChange {
  readonly endpoint?: Changes<Omit<Endpoint, 'id' | 'owner' | 'createdAt'>>;
  readonly state?: StateChanges;
  /** There is something to be sent. */
  readonly due?: Omit<Due, 'id'>;
}

function registryItems(
  before: Endpoint,
  after: Endpoint,
  state: EndpointState,
  receives: boolean,
): TransactWriteItem[] {
  const { id, registered } = state;
  if (!receives) return registered === undefined ? [] : removeEntry(id, registered);
  const isSame = registered !== undefined && before.filter === after.filter && before.since === after.since;
  return isSame ? [] : putEntry(after, state.epoch + 1, registered);
}

/**
 * Changes an endpoint and its state at once, and with them what the registry says of it: there it stands while it receives. All
 * of it only if the state is still the one that was read: the endpoint must have been read after it.
 *
 * The epoch rises: a worker that has read the state before sees it anew.
 *
 * @throws {Overtaken} and then nothing was changed
 */
export async function commitChange(endpoint: Endpoint, state: EndpointState, change: EndpointChange) {
  const after: Endpoint = { ...endpoint, ...change.endpoint } as Endpoint;
  const receives = isReceiving({ status: change.state?.status ?? state.status });
  const registry = registryItems(endpoint, after, state, receives);
  const epoch = state.epoch + 1;
  const registered = receives ? (registry.length > 0 ? epoch : state.registered) : undefined;
  const changes = { ...change.state, epoch, registered };
  const update = change.endpoint && { Key: marshall(endpointKey(endpoint.id)), ...updateOf(change.endpoint) };
  try {
    await transact([
      { Update: stateUpdate(state, changes) },
      ...registry,
      ...(update ? [{ Update: { TableName: subscribersTable, ...update } }] : []),
      ...(change.due ? [{ Put: duePut({ id: endpoint.id, ...change.due }) }] : []),
    ]);
  } catch (error) {
    if (isOvertaken(error)) throw new Overtaken('The endpoint has changed.', { cause: error });
    throw error;
  }
  const stated = Object.entries({ ...state, ...changes }).filter(([, value]) => value !== undefined);
  return { endpoint: after, state: Object.fromEntries(stated) as unknown as EndpointState };
}

/**
 * Lets an endpoint receive: it is active, and stands in the registry. Unless `changes` says otherwise, what came after the last
 * that was settled is looked at first, so that nothing falls between.
 *
 * @throws {Overtaken} and then nothing was changed
 */
export async function startReceiving(
  endpoint: Endpoint,
  state: EndpointState,
  changes: StateChanges & { readonly verifiedAt?: string } = {},
): Promise<EndpointState> {
  const { verifiedAt, ...rest } = changes;
  const { backfill = state.backfill, ackedThrough = state.ackedThrough } = rest;
  const next = Math.min(ackedThrough + 1, backfill?.next ?? Number.POSITIVE_INFINITY);
  const active = {
    status: 'active',
    failures: 0,
    firstFailureAt: undefined,
    nextAttemptAt: undefined,
    lastError: undefined,
    disabledReason: undefined,
    backfill: { next, to: null, resend: backfill?.resend ?? false },
  } as const;
  const committed = await commitChange(endpoint, state, {
    state: { ...active, ...rest },
    ...(verifiedAt !== undefined && { endpoint: { verifiedAt } }),
  });
  return committed.state;
}

/**
 * Lets an endpoint receive no more: fan-out passes it over from now on.
 *
 * @throws {Overtaken} and then nothing was changed
 */
export async function stopReceiving(
  endpoint: Endpoint,
  state: EndpointState,
  changes: StateChanges & { readonly status: Exclude<EndpointStatus, 'active' | 'retrying'> },
): Promise<EndpointState> {
  const { state: stopped } = await commitChange(endpoint, state, { state: { nextAttemptAt: undefined, ...changes } });
  return stopped;
}
