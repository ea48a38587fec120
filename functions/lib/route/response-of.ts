import type { Answer } from '../http/answer.ts';
import type { GatewayResponse } from './gateway.ts';

/** The response that carries an answer. */
export function responseOf({ status, headers, body, contentTag }: Answer): GatewayResponse {
  const isPresent = body !== undefined;
  return {
    statusCode: status,
    headers: { ...(isPresent && { 'content-type': 'application/json' }), ...headers },
    ...(isPresent && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(contentTag !== undefined && { contentTag }),
  };
}
