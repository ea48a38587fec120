import * as z from 'zod';
import { NotFound, StateConflict } from '../../../events/input/errors.ts';
import { validate } from '../../../events/input/validation.ts';
import { endpointIdPattern } from '../../../events/webhooks/webhook-endpoint.ts';
import { assertReceiverUrl } from '../../../events/webhooks/webhook-url.ts';
import { jsonBody } from '../http/json-body.ts';
import type { Caller, Request } from '../http/request.ts';
import { receiverRules } from '../runtime/environment.ts';
import type { Delivery } from '../subscribers/deliveries/deliveries.ts';
import { readDelivery } from '../subscribers/deliveries/delivery-lists.ts';
import { type EndpointState, isActive, readState } from '../subscribers/endpoints/endpoint-state.ts';
import { type EndpointAndState, readEndpoint } from '../subscribers/endpoints/endpoints.ts';
import { mayManage } from './key-limits.ts';

export const noBodySchema = z.strictObject({});

/** A request with a key. */
export type OwnerRequest = Request & { readonly caller: Caller };

/** The body, checked by the schema; `{}` if there is none. @throws {InvalidInput} when it does not match */
export function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const body = request.body.length === 0 ? {} : jsonBody(request);
  validate(schema, body);
  return body;
}

/**
 * The endpoint in the path, with its state.
 *
 * @throws {NotFound} when there is none, it is another newsroom's, or it has events of stories to which the key is not
 *   allowed
 */
export async function endpointIn({ pathParameters, caller }: OwnerRequest): Promise<EndpointAndState> {
  const { endpoint: id = '' } = pathParameters;
  if (endpointIdPattern.test(id)) {
    // The state is read first: a change of the endpoint raises the epoch, and a write that is based on the old one
    // fails.
    const state = await readState(id);
    const endpoint = await readEndpoint(id);
    if (state && endpoint?.owner === caller.newsroom && mayManage(caller, endpoint.filter)) return { endpoint, state };
  }
  throw new NotFound(
    'Your newsroom has no endpoint with this id that your key may manage. Ids begin with wh_; GET /v1/webhook-endpoints lists them.',
  );
}

/**
 * The delivery at the position in the path, of an endpoint that the caller owns.
 *
 * @throws {NotFound} when there is none, or it has expired
 */
export async function deliveryIn(
  { pathParameters: { position = '' } }: Pick<Request, 'pathParameters'>,
  endpointId: string,
): Promise<Delivery> {
  const delivery = /^[1-9]\d{0,11}$/.test(position) ? await readDelivery(endpointId, Number(position)) : null;
  if (delivery) return delivery;
  throw new NotFound(
    'The endpoint has no delivery at this position. A delivery is kept for 90 days after it is settled.',
  );
}

/** Checks that an endpoint is active. @throws {StateConflict} when it is not; the error says what to do */
export function assertReceives(state: EndpointState): void {
  if (isActive(state)) return;
  const isPending = state.status === 'pending';
  throw new StateConflict(
    isPending ? 'The endpoint is not verified yet. Verify it first.' : 'The endpoint is disabled. Enable it first.',
  );
}

/**
 * Checks that messages may be posted to a URL. It checks the URL alone. The addresses of its host are checked whenever
 * a message is sent.
 *
 * @throws {InvalidInput} at `/url`
 */
export function assertReceiver(url: string, { origin }: Pick<Request, 'origin'>): void {
  const { ownHosts, ...rules } = receiverRules();
  assertReceiverUrl(url, { ...rules, ownHosts: [...ownHosts, new URL(origin).host] });
}
