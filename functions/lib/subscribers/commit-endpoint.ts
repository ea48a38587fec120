import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Changes, updateExpressionOf } from '../runtime/update-expression.ts';
import { putEntry, removeEntry } from './active-endpoints.ts';
import { type DueEndpoint, dueEndpointPut } from './due-endpoints.ts';
import { type EndpointState, isActive, type StateChanges, stateUpdate } from './endpoint-state.ts';
import type { Endpoint } from './endpoints.ts';
import { endpointKey, subscribersTable } from './subscribers-table.ts';
import { transact } from './transact.ts';

/** What is to be otherwise of an endpoint and its state. */
export interface EndpointChange {
  readonly endpoint?: Changes<Omit<Endpoint, 'id' | 'owner' | 'createdAt'>>;
  readonly state?: StateChanges;
  /** There is something to be sent. */
  readonly due?: Omit<DueEndpoint, 'id'>;
}

function registryItems(
  before: Endpoint,
  after: Endpoint,
  state: EndpointState,
  receives: boolean,
): TransactWriteItem[] {
  const { id, registered, sendAfter, epoch } = state;
  if (!receives) return registered === undefined ? [] : removeEntry(id, registered);
  if (registered !== undefined && before.filter === after.filter) return [];
  return putEntry({ id, owner: after.owner, filter: after.filter, since: sendAfter }, epoch + 1, registered);
}

/**
 * Changes an endpoint and its state at once, and with them what the registry says of it: there it stands while it receives. All
 * of it only if the state is still the one that was read: the endpoint must have been read after it.
 *
 * The epoch rises: a worker that has read the state before sees it anew.
 *
 * @throws {ConcurrencyConflict} and then nothing was changed
 */
export async function commitChange(endpoint: Endpoint, state: EndpointState, change: EndpointChange) {
  const after: Endpoint = { ...endpoint, ...change.endpoint } as Endpoint;
  const sendAfter = change.state?.sendAfter ?? state.sendAfter;
  const receives = isActive({ status: change.state?.status ?? state.status });
  const registry = registryItems(endpoint, after, { ...state, sendAfter }, receives);
  const epoch = state.epoch + 1;
  const registered = receives ? (registry.length > 0 ? epoch : state.registered) : undefined;
  const changes = { ...change.state, epoch, registered };
  const update = change.endpoint && { Key: marshall(endpointKey(endpoint.id)), ...updateExpressionOf(change.endpoint) };
  await transact([
    { Update: stateUpdate(state, changes) },
    ...registry,
    ...(update ? [{ Update: { TableName: subscribersTable, ...update } }] : []),
    ...(change.due ? [{ Put: dueEndpointPut({ id: endpoint.id, ...change.due }) }] : []),
  ]);
  const stated = Object.entries({ ...state, ...changes }).filter(([, value]) => value !== undefined);
  return { endpoint: after, state: Object.fromEntries(stated) as unknown as EndpointState };
}
