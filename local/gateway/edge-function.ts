import { randomBytes } from 'node:crypto';
import { createContext, Script } from 'node:vm';
import type { GatewayRequest } from './gateway-request.ts';

/** CloudFront allows about a millisecond of CPU time. This limit is elapsed time, on a machine that may be busy. */
const timeoutMs = 1_000;

/** The parts of a request that a viewer-request function may change. */
export type ViewerRequest = Pick<GatewayRequest, 'path' | 'query' | 'headers'>;

/** @throws {Error} when the function throws or takes too long */
export type EdgeFunction = (request: GatewayRequest) => ViewerRequest;

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

function viewerRequestOf(returned: ReturnedRequest): ViewerRequest {
  const { uri, querystring, headers } = returned;
  if (typeof uri !== 'string' || typeof querystring !== 'string') {
    throw new Error('The CloudFront function returned no request with a path and a query.');
  }
  const values = Object.entries(headers).map(([name, { value }]) => [name, String(value)]);
  return { path: uri, query: querystring, headers: Object.fromEntries(values) };
}

/**
 * A viewer-request function of CloudFront's runtime 2.0, in a context without Node's globals and with a time limit. It
 * reads the query with `rawQueryString()` and returns it as text. It must return a request and not a response.
 *
 * @param code a script that defines `handler`
 */
export function createEdgeFunction(code: string): EdgeFunction {
  const context = createContext({ event: undefined }, { codeGeneration: { strings: false, wasm: false } });
  new Script(`'use strict';${code}`).runInContext(context, { timeout: timeoutMs });
  const call = new Script('handler(event)');
  return (request) => {
    context.event = eventOf(request);
    return viewerRequestOf(call.runInContext(context, { timeout: timeoutMs }));
  };
}
