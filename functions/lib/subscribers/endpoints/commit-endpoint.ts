import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Changes, updateExpressionOf } from '../../runtime/update-expression.ts';
import { endpointKey, subscribersTable } from '../table/subscribers-table.ts';
import { putEntry, removeEntry } from './active-endpoints.ts';
import { type DueEndpoint, dueEndpointUpdate } from './due-endpoints.ts';
import { type EndpointState, isActive, type StateChanges, stateUpdate } from './endpoint-state.ts';
import type { Endpoint, EndpointAndState } from './endpoints.ts';
import { keepFilter, readFormerFilters } from './former-filters.ts';
import { transact } from './transact.ts';

/** A change of an endpoint and its state. */
export interface EndpointChange {
  readonly endpoint?: Changes<Omit<Endpoint, 'id' | 'owner' | 'createdAt'>>;
  readonly state?: StateChanges;
  /** If the endpoint has something to send after the change: now, RFC 3339, and the queue that serves it. */
  readonly due?: Pick<DueEndpoint, 'at' | 'queue'>;
}

/** The value with the changes; an attribute that a change removes is absent. */
function changed<Value extends object>(value: Value, changes: NoInfer<Changes<Value>>): Value {
  const kept = Object.entries({ ...value, ...changes }).filter(([, attribute]) => attribute !== undefined);
  return Object.fromEntries(kept) as Value;
}

/** The writes to the list of active endpoints, which an endpoint is on exactly while it is active. */
function entryWrites(
  before: Endpoint,
  after: Endpoint,
  state: EndpointState,
  willBeActive: boolean,
): TransactWriteItem[] {
  const { id, entryEpoch, sendAfter, epoch } = state;
  if (!willBeActive) return entryEpoch === undefined ? [] : removeEntry(id, entryEpoch);
  if (entryEpoch !== undefined && before.filter === after.filter) return [];
  return putEntry({ id, owner: after.owner, filter: after.filter, since: sendAfter }, epoch + 1, entryEpoch);
}

/**
 * Changes an endpoint, its state and its entry among the active endpoints in one transaction, on the condition that the
 * state has not changed since it was read. The endpoint must have been read after its state. The epoch rises, so that a
 * worker reads the state again.
 *
 * @throws {ConcurrencyConflict} when the condition does not hold; nothing is changed then
 */
export async function commitChange(
  endpoint: Endpoint,
  state: EndpointState,
  change: EndpointChange,
): Promise<EndpointAndState> {
  const after = changed(endpoint, change.endpoint ?? {});
  const sendAfter = change.state?.sendAfter ?? state.sendAfter;
  const willBeActive = isActive({ status: change.state?.status ?? state.status });
  const entry = entryWrites(endpoint, after, { ...state, sendAfter }, willBeActive);
  const epoch = state.epoch + 1;
  const entryEpoch = willBeActive ? (entry.length > 0 ? epoch : state.entryEpoch) : undefined;
  const changes = { ...change.state, epoch, entryEpoch };
  const isFilterChanged = endpoint.filter !== after.filter;
  const keep =
    isFilterChanged && state.behindFrom !== undefined
      ? [keepFilter(endpoint.id, endpoint.filter, await readFormerFilters(endpoint.id))]
      : [];
  const update = change.endpoint && { Key: marshall(endpointKey(endpoint.id)), ...updateExpressionOf(change.endpoint) };
  await transact([
    // Fan-out may leave the endpoint to its worker meanwhile, which does not raise the epoch: then the former filter
    // must be kept.
    { Update: stateUpdate(state, changes, isFilterChanged ? ['behindFrom'] : []) },
    ...entry,
    ...keep,
    ...(update ? [{ Update: { TableName: subscribersTable, ...update } }] : []),
    ...(change.due
      ? [{ Update: dueEndpointUpdate({ id: endpoint.id, owner: endpoint.owner, setAt: change.due.at, ...change.due }) }]
      : []),
  ]);
  return { endpoint: after, state: changed(state, changes) };
}
