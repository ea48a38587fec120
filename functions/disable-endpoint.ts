import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { noBodySchema, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { keyedRoute } from './lib/route/route.ts';

/** Lets an endpoint receive no more until it is enabled; its place and its backlog stay. */
async function disable(request: OwnerRequest): Promise<Answer> {
  readBody(request, noBodySchema);
  const disabled = await updateEndpoint(request, ({ state }) => {
    if (state.status === 'disabled') return null;
    const asked = { verification: undefined, ping: undefined };
    return { state: { status: 'disabled', disabledReason: 'requested', nextAttemptAt: undefined, ...asked } };
  });
  return { status: 200, body: await endpointAnswer(disabled) };
}

export const handler = keyedRoute(disable);
