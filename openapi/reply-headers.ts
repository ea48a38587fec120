import * as z from 'zod';

const header = (id: string, description: string, example: string) =>
  z.string().meta({ header: { id }, description, examples: [example] });

/** The headers of answers that mean something to a client. */
export const replyHeaders = {
  ETag: header(
    'ETag',
    'A strong entity tag of the answer: with `If-None-Match` it is 304 while nothing has changed.',
    '"3q2-7w"',
  ),
  Revision: header('Revision', 'The revision, in double quotes: what `If-Match` is sent for the next change.', '"1"'),
  'Cache-Control': header(
    'Cache-Control',
    'How long caches may keep it: live answers for a second, what never changes for a year, as `immutable`.',
    'public, max-age=1, stale-while-revalidate=30, stale-if-error=86400',
  ),
  Link: header(
    'Link',
    'The next page (RFC 8288); absent at the end.',
    '<https://timeline.example/v1/timeline?cursor=wRl9>; rel="next"',
  ).optional(),
  Location: header('Location', 'Where it is to be read.', '/v1/events/evt_te73c6vbre67e74ncy75l2s54c'),
  'Idempotency-Replayed': header('Idempotency-Replayed', 'The very same was there already.', 'true'),
  'Retry-After': header('Retry-After', 'In how many seconds to ask again.', '1').optional(),
  Allow: header('Allow', 'The methods that the path answers.', 'GET, HEAD, OPTIONS'),
  Accept: header('Accept', 'The media types that are read.', 'application/json').optional(),
};
