import type { Middleware } from './gateway.ts';

/** Sends the response to HEAD without its body. */
export function headResponse(): Middleware {
  const withoutBody: Middleware['after'] = (invocation) => {
    const { event, response } = invocation;
    if (event.requestContext.http.method !== 'HEAD' || !response) return;
    const { body: _body, isBase64Encoded: _coding, ...head } = response;
    invocation.response = head;
  };
  return { after: withoutBody, onError: withoutBody };
}
