import { endpointAnswer } from './lib/endpoints/endpoint-answer.ts';
import { noBodySchema, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { updateEndpoint } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

/** Disables an endpoint until it is enabled again. Its place in the record and its backlog are kept. */
async function disable(request: OwnerRequest): Promise<Answer> {
  readBody(request, noBodySchema);
  const disabled = await updateEndpoint(request, ({ state }) => {
    if (state.status === 'disabled') return null;
    const requested = { verification: undefined, ping: undefined };
    return { state: { status: 'disabled', disabledReason: 'requested', nextAttemptAt: undefined, ...requested } };
  });
  return { status: 200, body: await endpointAnswer(disabled) };
}

export const handler = writingRoute(disable);
