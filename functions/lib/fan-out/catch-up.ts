import { type EndpointState, saveState } from '../subscribers/endpoints/endpoint-state.ts';
import { askToBeServed, endBehind, readBehind } from '../subscribers/endpoints/endpoints-behind.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';

/** The state of an endpoint after a step, and whether there is more to do for it now. */
interface Step {
  readonly state: EndpointState;
  readonly isMore: boolean;
}

/**
 * Takes the next step for an endpoint that is behind and has nothing left to send: a backfill of the positions that
 * fan-out has passed since; or, if it is there, the request to be served by fan-out again; or the end, when fan-out has
 * granted it.
 *
 * @param checkpoint the position of the checkpoint of fan-out
 * @throws {ConcurrencyConflict} when the endpoint was changed or another worker has the lease
 */
export async function catchUp(state: EndpointState, checkpoint: number): Promise<Step> {
  const { id, behindFrom, sendAfter } = state;
  if (behindFrom === undefined) return { state, isMore: false };
  const { to = null } = (await readBehind(id)) ?? {};
  const end = Math.min(checkpoint, to ?? checkpoint);
  if (behindFrom <= end) {
    // What its owner has skipped is not searched.
    const next = Math.max(behindFrom, sendAfter + 1);
    const backfill = next <= end && { backfill: { next, to: end, resend: false } };
    return { state: await saveState(state, { ...backfill, behindFrom: end + 1 }), isMore: true };
  }
  if (to !== null) return { state: await endBehind(state, to), isMore: true };
  await askToBeServed(id, behindFrom);
  // Fan-out may be about to pass more without having seen the request. Then either it sees the request after that, or
  // this sees it pass.
  const { position } = await readFanOutCheckpoint('consistent');
  return { state, isMore: position >= behindFrom };
}
