import { commitChange, type EndpointChange } from './commit-endpoint.ts';
import type { EndpointState, EndpointStatus, StateChanges } from './endpoint-state.ts';
import type { Endpoint } from './endpoints.ts';

/** The changes that clear all failures. */
export const noFailures = {
  failures: 0,
  firstFailureAt: undefined,
  nextAttemptAt: undefined,
  lastError: undefined,
} satisfies StateChanges;

/**
 * The changes that let the backfill search everything after the last settled delivery, and what it had yet to search
 * before.
 */
export function resumed({ sendAfter, backfill }: EndpointState): StateChanges {
  const next = Math.min(sendAfter + 1, backfill?.next ?? Number.POSITIVE_INFINITY);
  return { backfill: { resend: false, ...backfill, next, to: null } };
}

/** The changes that make an endpoint active. */
export function activated(state: EndpointState): StateChanges {
  return { ...noFailures, ...resumed(state), status: 'active', disabledReason: undefined };
}

/**
 * Makes an endpoint active, so that fan-out queues deliveries for it. Unless `changes` has another backfill, everything
 * after the last settled delivery is searched first, so that no message is missed.
 *
 * @param changes include `verifiedAt` if the endpoint was verified just now
 * @throws {ConcurrencyConflict} when the endpoint was changed since it was read; nothing is changed then
 */
export async function activateEndpoint(
  endpoint: Endpoint,
  state: EndpointState,
  changes: StateChanges & { readonly verifiedAt?: string } = {},
): Promise<EndpointState> {
  const { verifiedAt, ...rest } = changes;
  const change: EndpointChange = { state: { ...activated(state), ...rest } };
  const proof = verifiedAt === undefined ? {} : { endpoint: { verifiedAt } };
  const { state: active } = await commitChange(endpoint, state, { ...change, ...proof });
  return active;
}

/**
 * Stops an endpoint: fan-out queues no more deliveries for it.
 *
 * @throws {ConcurrencyConflict} when the endpoint was changed since it was read; nothing is changed then
 */
export async function deactivateEndpoint(
  endpoint: Endpoint,
  state: EndpointState,
  changes: StateChanges & { readonly status: Exclude<EndpointStatus, 'active' | 'retrying'> },
): Promise<EndpointState> {
  const { state: stopped } = await commitChange(endpoint, state, { state: { nextAttemptAt: undefined, ...changes } });
  return stopped;
}
