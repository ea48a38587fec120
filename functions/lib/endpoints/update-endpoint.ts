import { retry } from '../runtime/retry.ts';
import { commitChange, type EndpointChange } from '../subscribers/commit-endpoint.ts';
import { ConcurrencyConflict } from '../subscribers/endpoint-state.ts';
import type { EndpointAndState } from '../subscribers/endpoints.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { endpointIn, type OwnerRequest } from './endpoint-request.ts';

/** The worker of the endpoint, or another request, may come first this many times. */
const maximumAttempts = 10;
const firstPauseMs = 10;

/**
 * Does the work again whenever the endpoint was changed between its reading and its writing.
 *
 * @throws {ConcurrencyConflict} when that happened each time
 */
export function retryOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  const isRetryable = (error: unknown) => error instanceof ConcurrencyConflict;
  return retry(work, { maximumAttempts, firstPauseMs, isRetryable });
}

/**
 * Changes the endpoint in the path: decides by its present state and writes, if nobody has changed it meanwhile; otherwise decides
 * again. Wakes its worker if the change makes it due.
 *
 * @param decide returns the change; null to leave the endpoint as it is
 * @throws {NotFound} as `endpointIn` does, and what `decide` throws
 */
export function updateEndpoint(
  request: OwnerRequest,
  decide: (current: EndpointAndState) => EndpointChange | null | Promise<EndpointChange | null>,
): Promise<EndpointAndState & { readonly changed: boolean }> {
  return retryOnConflict(async () => {
    const current = await endpointIn(request);
    const change = await decide(current);
    if (!change) return { ...current, changed: false };
    // Without the lease, whichever worker holds it: the owner of the endpoint writes as no worker.
    const { leaseBy: _, ...state } = current.state;
    const changed = await commitChange(current.endpoint, state, change);
    if (change.due) await wake([changed.endpoint.id], change.due.queue);
    return { ...changed, changed: true };
  });
}
