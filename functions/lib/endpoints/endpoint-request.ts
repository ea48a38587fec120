import * as z from 'zod';
import { NotFound } from '../../../events/input/errors.ts';
import { validate } from '../../../events/input/validation.ts';
import { endpointIdPattern } from '../../../events/webhooks/webhook-endpoint.ts';
import { jsonBody } from '../http/json-body.ts';
import type { Caller, Request } from '../http/request.ts';
import { readState } from '../subscribers/endpoint-state.ts';
import { type EndpointAndState, readEndpoint } from '../subscribers/endpoints.ts';

export const noBodySchema = z.strictObject({});

/** A request by who holds a key. */
export type OwnerRequest = Request & { readonly caller: Caller };

/** The body, if there is one, as the schema describes it; all of its fields may be left out. */
export function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  const body = request.body.length === 0 ? {} : jsonBody(request);
  validate(schema, body);
  return body;
}

/**
 * The endpoint in the path, and what it is at.
 *
 * @throws {NotFound} if there is none, or it is another newsroom's
 */
export async function endpointIn({ pathParameters, caller }: OwnerRequest): Promise<EndpointAndState> {
  const { endpoint: id = '' } = pathParameters;
  if (endpointIdPattern.test(id)) {
    // In this order: who changes the endpoint raises the epoch of its state, by which a late write is refused.
    const state = await readState(id);
    const endpoint = await readEndpoint(id);
    if (state && endpoint?.owner === caller.newsroom) return { endpoint, state };
  }
  throw new NotFound('There is no endpoint of this id; ids begin with wh_.');
}
