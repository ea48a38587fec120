import { StateConflict } from '../events/input/errors.ts';
import { deliveryAnswer } from './lib/endpoints/delivery-answer.ts';
import {
  assertReceives,
  deliveryIn,
  noBodySchema,
  type OwnerRequest,
  readBody,
} from './lib/endpoints/endpoint-request.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { requeueDelivery } from './lib/subscribers/deliveries/deliveries.ts';
import { markSkipped } from './lib/subscribers/deliveries/mark-skipped.ts';

/** Sends a parked, acknowledged or skipped message again, with the same id and the same body. */
async function redeliver(request: OwnerRequest): Promise<Answer> {
  readBody(request, noBodySchema);
  const { endpoint, state } = await updateEndpoint(request, async ({ endpoint: { id }, state: current }) => {
    const { position, status, redactedBy } = await deliveryIn(request, id);
    if (redactedBy !== undefined)
      throw new StateConflict('The content of the message was taken down. It cannot be sent any more.');
    if (status === 'withdrawn')
      throw new StateConflict(
        'The message was withdrawn: its event was retracted before it was sent. It cannot be sent any more.',
      );
    assertReceives(current);
    if (status === 'pending' && position > current.sendAfter) return null;
    await markSkipped(current, { from: position, to: position }, request.remainingMs);
    // The delivery is queued again before the state moves back, so that the worker then finds it pending.
    await requeueDelivery(id, position, { epoch: current.epoch + 1, acknowledged: true, pending: true });
    return {
      // A worker may have sent more since the state was read. The state moves back in any case.
      state: { sendAfter: Math.min(current.sendAfter, position - 1), skipped: undefined },
      due: { at: new Date(request.now).toISOString(), queue: current.queue },
    };
  });
  return { status: 202, body: deliveryAnswer(await deliveryIn(request, endpoint.id), state.sendAfter) };
}

export const handler = writingRoute(redeliver);
