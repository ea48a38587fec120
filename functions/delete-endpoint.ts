import { endpointIn, noBodySchema, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { retryOnConflict } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { keyedRoute } from './lib/route/route.ts';
import { deleteEndpoint } from './lib/subscribers/endpoints.ts';
import { purgeEndpoint } from './lib/subscribers/purge-endpoint.ts';

/** A client does not wait for a long backlog to go: the worker removes the rest. */
const removingMs = 1_000;

/** Takes an endpoint away: from now on nothing is sent there. What was queued for it goes too, here or soon. */
async function remove(request: OwnerRequest): Promise<Answer> {
  readBody(request, noBodySchema);
  const { endpoint } = await retryOnConflict(async () => {
    const found = await endpointIn(request);
    await deleteEndpoint(found, request.now);
    return found;
  });
  const end = Date.now() + removingMs;
  await purgeEndpoint(endpoint.id, () => Date.now() < end);
  return { status: 204 };
}

export const handler = keyedRoute(remove);
