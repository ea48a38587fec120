import { encode, selectedCoding } from '../http/content-coding.ts';
import { digestOfBody, entityTag, isNamed } from '../http/entity-tag.ts';
import type { GatewayEvent, GatewayResponse, Middleware } from './gateway.ts';

function conditional(response: GatewayResponse, asked: GatewayEvent['headers']): GatewayResponse {
  const { contentTag: given, ...rest } = response;
  if (rest.statusCode !== 200 && rest.statusCode !== 304) return rest;
  const { etag: own, ...headers } = rest.headers ?? {};
  const contentTag = given ?? (own ? String(own).slice(1, -1) : digestOfBody(rest.body ?? ''));
  // An event's tag is its revision, by which it is changed: it stays as it is, and so does the body.
  const coding = own ? 'identity' : selectedCoding(asked['accept-encoding']);
  const vary = [headers.vary, ...(own ? [] : ['Accept-Encoding'])].filter(Boolean).join(', ');
  const etag = entityTag(contentTag, coding);
  const kept = { 'cache-control': 'no-cache', ...headers, ...(vary && { vary }), etag };
  if (rest.statusCode === 304 || isNamed(etag, asked['if-none-match'])) {
    // With its media type: gateways add text/plain where there is none, and caches would believe them.
    return { statusCode: 304, headers: kept };
  }
  if (coding === 'identity') return { ...rest, headers: kept };
  return {
    statusCode: 200,
    headers: { ...kept, 'content-encoding': coding },
    body: encode(rest.body ?? '', coding).toString('base64'),
    isBase64Encoded: true,
  };
}

/**
 * Gives every 200 a strong `ETag`, sends 304 where the client has the content already, and compresses the rest by what
 * the client accepts. What does not say how long it may be cached must be asked for again.
 */
export function conditionalResponse(): Middleware {
  return {
    before({ event }) {
      // What cannot be sent need not be read.
      selectedCoding(event.headers['accept-encoding']);
    },
    after(invocation) {
      const { event, response } = invocation;
      if (response) invocation.response = conditional(response, event.headers);
    },
  };
}
