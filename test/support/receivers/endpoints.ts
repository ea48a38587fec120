import type { World } from '../world/world.ts';

/** A URL of a receiver at which nothing listens. */
export const receiver = 'http://127.0.0.1:9/hook';

/** The body of a new endpoint. */
export const endpointWith = (more: object = {}) => ({
  url: receiver,
  filter: {},
  contact: 'desk@example.org',
  ...more,
});

export const endpointsPath = '/v1/webhook-endpoints';

/** Registers an endpoint. @returns the body of the response */
export async function createdEndpoint(world: World, more: object = {}, call: object = {}) {
  const reply = await world.call('POST', endpointsPath, { ...call, body: endpointWith(more) });
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body as { readonly id: string; readonly secret: string } & Record<string, unknown>;
}

/** Makes an endpoint verified and active, as its worker does. */
export async function verifyEndpoint(id: string, now = Date.now()): Promise<void> {
  const { readState } = await import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
  const { readEndpoint } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
  const { noteProof } = await import('../../../functions/lib/subscribers/endpoints/request-counters.ts');
  const { activateEndpoint } = await import('../../../functions/lib/subscribers/endpoints/activation.ts');
  const state = await readState(id);
  const endpoint = await readEndpoint(id);
  if (!state || !endpoint) throw new Error(`There is no endpoint ${id}.`);
  await noteProof(endpoint.owner, endpoint.url, now);
  await activateEndpoint(endpoint, state, { verifiedAt: new Date(now).toISOString(), verification: undefined });
}
