import type { Request } from '../../../functions/lib/http/request.ts';

/** A request as the functions' own code sees it. */
export function requestWith(parts: Partial<Request>): Request {
  return {
    method: 'POST',
    origin: 'https://timeline.example.org',
    path: '/v1/events',
    pathParameters: {},
    headers: {},
    rawQuery: '',
    query: {},
    body: Buffer.alloc(0),
    bodyWasDecoded: false,
    requestId: 'request-1',
    now: 0,
    remainingMs: () => 10_000,
    ...parts,
  };
}
