import { StateConflict } from '../../../events/input/errors.ts';
import { type EndpointState, isActive } from '../subscribers/endpoint-state.ts';

/** @throws {StateConflict} saying what to do, if nothing is sent to an endpoint at all */
export function assertReceives(state: EndpointState): void {
  if (isActive(state)) return;
  const isPending = state.status === 'pending';
  throw new StateConflict(
    isPending ? 'The endpoint is not verified yet: verify it first.' : 'The endpoint is disabled: enable it first.',
  );
}
