import { endpointIn, noBodySchema, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { retryOnConflict } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { deleteEndpoint } from './lib/subscribers/endpoints/endpoints.ts';
import { purgeEndpoint } from './lib/subscribers/endpoints/purge-endpoint.ts';

/** A client does not have to wait until a long backlog is deleted. The worker of the endpoint deletes the rest. */
const purgeTimeMs = 1_000;

/** Deletes an endpoint. From now on nothing is sent to it. Its deliveries are deleted now or soon after. */
async function remove(request: OwnerRequest): Promise<Answer> {
  readBody(request, noBodySchema);
  const { endpoint } = await retryOnConflict(async () => {
    const found = await endpointIn(request);
    await deleteEndpoint(found, request.now);
    return found;
  });
  const end = Date.now() + purgeTimeMs;
  await purgeEndpoint(endpoint.id, () => Date.now() < end);
  return { status: 204 };
}

export const handler = writingRoute(remove);
