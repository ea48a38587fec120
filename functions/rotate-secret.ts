import { rotationSchema } from '../events/webhooks/webhook-endpoint.ts';
import type { RotatedSecretAnswer } from './lib/endpoints/endpoint-answer-schema.ts';
import { endpointIn, type OwnerRequest, readBody } from './lib/endpoints/endpoint-request.ts';
import { retryOnConflict } from './lib/endpoints/update-endpoint.ts';
import type { Answer } from './lib/http/answer.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import { newEndpointSecret, rotateSecret } from './lib/subscribers/endpoints/endpoint-secrets.ts';

const defaultOverlapSeconds = 86_400;

/** Gives an endpoint a new secret, which is shown only once. The previous secrets sign too for a while. */
async function rotate(request: OwnerRequest): Promise<Answer> {
  const { overlapSeconds = defaultOverlapSeconds } = readBody(request, rotationSchema);
  const secret = newEndpointSecret();
  const { id, previous } = await retryOnConflict(async () => {
    const { endpoint } = await endpointIn(request);
    const [, previous] = await rotateSecret(endpoint.id, secret, overlapSeconds, request.now);
    return { id: endpoint.id, previous };
  });
  const body: RotatedSecretAnswer = { id, secret, previousSecretExpiresAt: previous?.expiresAt ?? null };
  return { status: 200, body };
}

export const handler = writingRoute(rotate);
