import * as z from 'zod';
import { queryParameters } from '../http/query-parameters.ts';
import { dryRunSchema } from '../http/query-schemas.ts';
import type { KeyedRequest } from '../http/request.ts';
import type { GatewayEvent, GatewayResponse } from '../route/gateway.ts';

const parameter = 'dryRun';

const schema = z.object({ [parameter]: dryRunSchema });

/**
 * Whether a request may ask for a dry run. It is known before anything else, so that nothing is written before it is
 * known.
 */
export const mayBeDryRun = ({ rawQueryString }: Pick<GatewayEvent, 'rawQueryString'>): boolean =>
  new URLSearchParams(rawQueryString).getAll(parameter).includes('true');

/** Asserts that `dryRun` is true or false, if it is given. @throws {InvalidInput} naming it */
export function assertDryRunParameter(request: KeyedRequest): void {
  queryParameters(request, schema);
}

/** The response of a dry run, marked as such: by a header, and in its body if it has one. */
export function markedAsDryRun(response: GatewayResponse): GatewayResponse {
  const { headers, body } = response;
  const marked = { ...response, headers: { ...headers, 'timeline-dry-run': 'true' } };
  return body === undefined ? marked : { ...marked, body: JSON.stringify({ [parameter]: true, ...JSON.parse(body) }) };
}
