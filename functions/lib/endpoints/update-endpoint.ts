import { retry } from '../runtime/retry.ts';
import { commitChange, type EndpointChange } from '../subscribers/endpoints/commit-endpoint.ts';
import { ConcurrencyConflict } from '../subscribers/endpoints/endpoint-state.ts';
import type { EndpointAndState } from '../subscribers/endpoints/endpoints.ts';
import { wake } from '../subscribers/endpoints/wake-queue.ts';
import { endpointIn, type OwnerRequest } from './endpoint-request.ts';

/** How often the worker of the endpoint, or another request, may change the endpoint first. */
const maximumAttempts = 10;
const firstPauseMs = 10;

/**
 * Repeats the work whenever the endpoint was changed between its read and its write.
 *
 * @throws {ConcurrencyConflict} when that happens at every attempt
 */
export function retryOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  const isRetryable = (error: unknown) => error instanceof ConcurrencyConflict;
  return retry(work, { maximumAttempts, firstPauseMs, isRetryable });
}

/**
 * Changes the endpoint in the path. If it was changed between the decision and the write, `decide` is called again with
 * the new state. The worker is woken if the change makes the endpoint due.
 *
 * @param decide returns the change; null to leave the endpoint as it is
 * @throws {NotFound} when the newsroom has no such endpoint
 * @throws {Error} what `decide` throws
 */
export function updateEndpoint(
  request: OwnerRequest,
  decide: (current: EndpointAndState) => EndpointChange | null | Promise<EndpointChange | null>,
): Promise<EndpointAndState & { readonly changed: boolean }> {
  return retryOnConflict(async () => {
    const current = await endpointIn(request);
    const change = await decide(current);
    if (!change) return { ...current, changed: false };
    // Without `leaseBy`, the write does not depend on the lease: a request has none, and a worker may have it.
    const { leaseBy: _, ...state } = current.state;
    const changed = await commitChange(current.endpoint, state, change);
    if (change.due) await wake([changed.endpoint], change.due.queue);
    return { ...changed, changed: true };
  });
}
