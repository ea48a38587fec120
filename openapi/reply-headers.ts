import * as z from 'zod';

const header = (id: string, description: string, example: string) =>
  z.string().meta({ header: { id }, description, examples: [example] });

/** The headers of responses that a client may use. */
export const replyHeaders = {
  ETag: header(
    'ETag',
    'A strong entity tag. If you send it as `If-None-Match`, the response is 304 while nothing has changed.',
    '"3q2-7w"',
  ),
  Revision: header(
    'Revision',
    'The revision, in double quotes, perhaps with a digest behind a dot. Send it as `If-Match` with the next change.',
    '"1"',
  ),
  'Cache-Control': header(
    'Cache-Control',
    'How long caches may keep the response: one second. A response that never changes is `immutable`: browsers may keep it for a day, and shared caches for a year.',
    'public, max-age=1, stale-while-revalidate=1, stale-if-error=86400',
  ),
  Link: header(
    'Link',
    'The address of the next page (RFC 8288), with `rel="next"`. Absent on the last page.',
    '<https://timeline.example/v1/timeline?cursor=wRl9>; rel="next"',
  ).optional(),
  'Timeline-Truncated': header(
    'Timeline-Truncated',
    'The number of entries that the response holds. Present only if the format holds whole timelines and this one is cut; `Link` has the address of the rest.',
    '2000',
  ).optional(),
  Location: header(
    'Location',
    'The path of the resource that was written.',
    '/v1/events/evt_te73c6vbre67e74ncy75l2s54c',
  ),
  'Content-Location': header(
    'Content-Location',
    'The path of the event by its public id.',
    '/v1/events/evt_te73c6vbre67e74ncy75l2s54c',
  ),
  'Idempotency-Replayed': header(
    'Idempotency-Replayed',
    '`true` if the same content was stored before, and nothing was written.',
    'true',
  ),
  'Retry-After': header('Retry-After', 'The number of seconds after which to try again.', '1').optional(),
  Allow: header('Allow', 'The methods that the path supports.', 'GET, HEAD, OPTIONS'),
  Accept: header('Accept', 'The media types that are supported.', 'application/json').optional(),
  'Accept-Encoding': header(
    'Accept-Encoding',
    'The content codings of a body that are supported: present if the coding of this one is not.',
    'identity',
  ).optional(),
  'Content-Language': header('Content-Language', 'The language of the words that are ours.', 'en'),
};
