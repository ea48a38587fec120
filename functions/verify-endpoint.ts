import { StateConflict } from '../events/input/errors.ts';
import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { noBodySchema, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { newVerification } from './lib/subscribers/endpoints/endpoint-state.ts';
import { countVerification } from './lib/subscribers/endpoints/request-counters.ts';

/** Verifies an endpoint that is not verified yet. */
async function verify(request: OwnerRequest): Promise<Answer> {
  const { caller, now } = request;
  readBody(request, noBodySchema);
  let counted = false;
  const verified = await updateEndpoint(request, async ({ endpoint, state }) => {
    if (endpoint.verifiedAt !== null) return null;
    if (state.status === 'disabled')
      throw new StateConflict('The endpoint is disabled: enable it, which verifies it too.');
    if (!counted) await countVerification(caller.newsroom, endpoint.url, now);
    counted = true;
    const queue = 'prompt';
    return {
      state: { verification: newVerification(now), queue, nextAttemptAt: undefined },
      due: { at: new Date(now).toISOString(), queue },
    };
  });
  return { status: verified.changed ? 202 : 200, body: await endpointAnswer(verified) };
}

export const handler = writingRoute(verify);
