import { commitChange, type EndpointChange } from './commit-endpoint.ts';
import type { EndpointState, EndpointStatus, StateChanges } from './endpoint-state.ts';
import type { Endpoint } from './endpoints.ts';

/** What is told of failures, which are over. */
export const noFailures = {
  failures: 0,
  firstFailureAt: undefined,
  nextAttemptAt: undefined,
  lastError: undefined,
} satisfies StateChanges;

/** What came after the last that was settled is to be looked at, and what was being looked at before. */
export function resumed({ sendAfter, backfill }: EndpointState): StateChanges {
  const next = Math.min(sendAfter + 1, backfill?.next ?? Number.POSITIVE_INFINITY);
  return { backfill: { resend: false, ...backfill, next, to: null } };
}

/** The changes that let an endpoint receive. */
export function received(state: EndpointState): StateChanges {
  return { ...noFailures, ...resumed(state), status: 'active', disabledReason: undefined };
}

/**
 * Lets an endpoint receive: it is active, and stands in the registry. Unless `changes` says otherwise, what came after the last
 * that was settled is looked at first, so that nothing falls between.
 *
 * @param changes with `verifiedAt`, it has just proved that it wants what is sent there
 * @throws {ConcurrencyConflict} and then nothing was changed
 */
export async function activateEndpoint(
  endpoint: Endpoint,
  state: EndpointState,
  changes: StateChanges & { readonly verifiedAt?: string } = {},
): Promise<EndpointState> {
  const { verifiedAt, ...rest } = changes;
  const change: EndpointChange = { state: { ...received(state), ...rest } };
  const proof = verifiedAt === undefined ? {} : { endpoint: { verifiedAt } };
  const { state: active } = await commitChange(endpoint, state, { ...change, ...proof });
  return active;
}

/**
 * Lets an endpoint receive no more: fan-out passes it over from now on.
 *
 * @throws {ConcurrencyConflict} and then nothing was changed
 */
export async function deactivateEndpoint(
  endpoint: Endpoint,
  state: EndpointState,
  changes: StateChanges & { readonly status: Exclude<EndpointStatus, 'active' | 'retrying'> },
): Promise<EndpointState> {
  const { state: stopped } = await commitChange(endpoint, state, { state: { nextAttemptAt: undefined, ...changes } });
  return stopped;
}
