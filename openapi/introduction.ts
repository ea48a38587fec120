const paragraphs = [
  'Newsrooms post the events of a running story, and anyone reads them as a timeline by date range. Nothing is overwritten: a correction is an event too, and the record can be read as of any earlier instant.',

  '## Base URL',
  'The API is at the host that serves this document. Its routes begin with `/v1`. Every `GET` route also accepts `HEAD`.',

  '## Authentication',
  'Reading the record needs no key. Writing, and everything about webhooks, needs a key in the header `Authorization: Bearer tl_…`. A key belongs to a newsroom and has scopes; each route names the scope that it needs. Without a key the status is 401, with a key that does not allow the request 403.',

  '## Requests',
  'Bodies are JSON in UTF-8. Unknown fields and query parameters, and parameters that are empty or repeated, are refused with 400, so that no typing error is ignored. A `+` in a query is a space; write it as `%2B`.',

  '## Pages',
  'A list is read in pages. `limit` is the number of items of a page: 1 to 500, by default 50. To read the next page, send `nextCursor` as `cursor` with the same query, or follow the header `Link`. On the last page `nextCursor` is null. A page may hold fewer items than `limit`, even none, and still have a next page.',
  'Lists by position, such as [changes](/docs/record#readChanges), have `next` instead: send it as `after`.',

  '## Retries',
  'Writes to the record can be repeated: the same event, correction, retraction or description again changes nothing, and the response is 200 instead of 201. If you do not know whether a write arrived, or if the status is 429, 503, or 404 with the header `Retry-After`, send the same request again, not before the time in that header.',

  '## Errors',
  'An error response is problem details (RFC 9457): `type`, `title`, `status` and `detail`. If the request is invalid, `errors` lists everything that is wrong with it, each with a `pointer` into the body, a `parameter` or a `header`. [Problems](/docs/problems) explains each type.',

  '## Caching',
  'Every response to a public read has a strong `ETag`. If you send it as `If-None-Match` and nothing has changed, the response is 304 without a body. A response as of an earlier instant that can never change is `immutable`. Web pages of any origin may read the public routes (CORS).',
];

/** What all routes have in common, in CommonMark. */
export const introduction = paragraphs.join('\n\n');
