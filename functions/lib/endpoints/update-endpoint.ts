import { commitChange, type EndpointChange } from '../subscribers/commit-endpoint.ts';
import type { EndpointAndState } from '../subscribers/endpoints.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { endpointIn, type OwnerRequest } from './endpoint-request.ts';
import { retryOnConflict } from './retry-on-conflict.ts';

/**
 * Changes the endpoint in the path: decides upon it as it stands, writes if nobody has changed it meanwhile, else decides anew.
 * Its worker is woken if something is due.
 *
 * @param decide what is to be otherwise; null if nothing
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
    // Not as a worker, whoever that is now: the lease is no business of who owns the endpoint.
    const { leaseBy: _, ...state } = current.state;
    const changed = await commitChange(current.endpoint, state, change);
    if (change.due) await wake([changed.endpoint.id], change.due.lane);
    return { ...changed, changed: true };
  });
}
