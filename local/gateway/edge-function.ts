import { randomBytes } from 'node:crypto';
import { createContext, Script } from 'node:vm';
import type { GatewayRequest } from './gateway-request.ts';

/** Only what never ends is cut off: CloudFront allows about a millisecond of a core, but here others may have the core. */
const timeoutMs = 2_000;

/** What a viewer-request function may change about a request. */
export type Viewed = Pick<GatewayRequest, 'path' | 'query' | 'headers'>;

/** @throws whatever the function throws, also if it takes too long */
export type EdgeFunction = (request: GatewayRequest) => Viewed;

interface Field {
  readonly value: string;
}

interface ReturnedRequest {
  readonly uri: string;
  readonly querystring: string;
  readonly headers: Readonly<Record<string, Field>>;
}

function eventOf({ method, path, query, headers, sourceIp }: GatewayRequest): object {
  const fields = Object.entries(headers).map(([name, value]) => [name, { value }]);
  return {
    version: '1.0',
    context: { eventType: 'viewer-request', requestId: randomBytes(16).toString('base64url') },
    viewer: { ip: sourceIp },
    request: {
      method,
      uri: path,
      rawQueryString: () => query || undefined,
      headers: Object.fromEntries(fields),
      cookies: {},
    },
  };
}

function viewedAs(returned: ReturnedRequest): Viewed {
  const { uri, querystring, headers } = returned;
  if (typeof uri !== 'string' || typeof querystring !== 'string') {
    throw new Error('The function at the edge returned no request with a path and a query.');
  }
  const values = Object.entries(headers).map(([name, { value }]) => [name, String(value)]);
  return { path: uri, query: querystring, headers: Object.fromEntries(values) };
}

/**
 * A viewer-request function of CloudFront's runtime 2.0, in a context of its own without anything of Node's, with a limit of
 * time. It finds the query by `rawQueryString()` and returns it as a text; it returns a request, not an answer.
 *
 * @param code defines `handler`
 */
export function createEdgeFunction(code: string): EdgeFunction {
  const context = createContext({ event: undefined }, { codeGeneration: { strings: false, wasm: false } });
  new Script(`'use strict';${code}`).runInContext(context, { timeout: timeoutMs });
  const call = new Script('handler(event)');
  return (request) => {
    context.event = eventOf(request);
    return viewedAs(call.runInContext(context, { timeout: timeoutMs }));
  };
}
