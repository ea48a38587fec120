import * as z from 'zod';
import { NotFound } from '../../events/errors.ts';
import { validate } from '../../events/validation.ts';
import { againIfOvertaken } from './again-if-overtaken.ts';
import { commitChange, type EndpointChange } from './endpoint-change.ts';
import { readState } from './endpoint-state.ts';
import { type EndpointAndState, endpointIdPattern, readEndpoint } from './endpoints.ts';
import type { Caller, Request } from './http.ts';
import { jsonBody } from './json-body.ts';
import { queryParameters } from './query-parameters.ts';
import { wake } from './wakes.ts';

const noQuerySchema = z.strictObject({});
export const noBodySchema = z.strictObject({});

/** A request by who holds a key. */
export type OwnerRequest = Request & { readonly caller: Caller };

/** The body, if there is one, as the schema describes it; all of its fields may be left out. The query must be empty. */
export function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  queryParameters(request.rawQuery, noQuerySchema);
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

/**
 * Changes the endpoint in the path: decides upon it as it stands, writes if nobody has changed it meanwhile, else decides anew.
 * Its worker is woken if something is due.
 *
 * @param decide what is to be otherwise; null if nothing
 * @throws {NotFound} as `endpointIn` does, and what `decide` throws
 */
export function changeEndpointIn(
  request: OwnerRequest,
  decide: (current: EndpointAndState) => EndpointChange | null | Promise<EndpointChange | null>,
): Promise<EndpointAndState & { readonly changed: boolean }> {
  return againIfOvertaken(async () => {
    const current = await endpointIn(request);
    const change = await decide(current);
    if (!change) return { ...current, changed: false };
    // Not as a worker, whoever that is now: the lease is no business of who owns the endpoint.
    const { leaseBy: _, ...state } = current.state;
    const changed = await commitChange(current.endpoint, state, change);
    if (change.due) await wake([changed.endpoint.id], change.due.lane);
    return { ...changed, changed: true };
  });
}
