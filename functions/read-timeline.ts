import type * as z from 'zod';
import { parseRange, type Range } from '../events/dates/range.ts';
import type { Format, TimelineDocument } from './lib/formats/format.ts';
import { formatFor } from './lib/formats/index.ts';
import type { Answer } from './lib/http/answer.ts';
import { fitsIntoAnswer } from './lib/http/answer-size.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { addressOfNext, nextLink } from './lib/http/next-link.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { type FeedTitle, feedTitleOf } from './lib/read/feed-title.ts';
import { type Page, timelinePage } from './lib/read/page.ts';
import { type Snapshot, takeSnapshot } from './lib/read/snapshot.ts';
import { contentTagOf, timelineCaching } from './lib/read/timeline-answer.ts';
import { readTimelineCursor, writeTimelineCursor } from './lib/read/timeline-cursor.ts';
import { acceptsFilters, facetsOfQuery, timelineQuerySchema } from './lib/read/timeline-query.ts';
import { publicRoute } from './lib/route/route.ts';

const list = 'timeline';

type Query = z.output<typeof timelineQuerySchema>;

const emptyPage: Page = { entries: [], nextAfter: () => null };

async function pageOf(query: Query, range: Range, after: string | null, start: Snapshot): Promise<Page> {
  const { head, checkpoint, moment, consistent } = start;
  if (!head) return emptyPage;
  return timelinePage({
    generation: checkpoint.generation,
    head,
    accepts: acceptsFilters(query),
    range,
    descending: query.order === 'desc',
    limit: query.limit,
    asOf: moment,
    after,
    consistent,
  });
}

/** Of JSON, nothing stands over the entries. */
async function headingFor(format: Format, query: Query, { moment, consistent }: Snapshot): Promise<FeedTitle> {
  return feedTitleOf(format.name === 'json' ? undefined : query.story, moment, consistent);
}

/** Writes as many entries as fit into an answer: some formats take several times the room that others take. */
function rendered(format: Format, documentOf: (count: number) => TimelineDocument, most: number) {
  for (let count = most; ; count = Math.ceil(count / 2)) {
    const document = documentOf(count);
    const body = format.render(document);
    if (count <= 1 || fitsIntoAnswer(body)) return { document, body };
  }
}

/** Answers what happened in a range of dates, as the record stood at one moment for all pages of a walk. */
async function readTimeline(request: Request): Promise<Answer> {
  const query = queryParameters(request, timelineQuerySchema);
  const range = parseRange(query);
  const format = formatFor(query.format, request.headers.accept);
  const place = readTimelineCursor(list, query);
  const facets = facetsOfQuery(query);
  const start = await takeSnapshot({ facets, asOf: query.asOf, pinned: place?.pinned, now: request.now });
  const contentTag = contentTagOf(request, format.name, start);
  const headers = { ...timelineCaching(start), vary: 'Accept', 'content-type': format.mediaType };
  if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };

  const [page, heading] = await Promise.all([
    pageOf(query, range, place?.after ?? null, start),
    headingFor(format, query, start),
  ]);
  const { origin, path, rawQuery } = request;
  const documentOf = (count: number): TimelineDocument => {
    const after = page.nextAfter(count);
    const nextCursor = after && writeTimelineCursor(list, { pinned: start.moment, after }, query);
    return {
      entries: page.entries.slice(0, count),
      range: { from: range.from, to: range.to, tz: range.tz, match: range.match },
      asOf: start.moment,
      nextCursor,
      origin,
      self: `${origin}${path}${rawQuery && `?${rawQuery}`}`,
      next: nextCursor && addressOfNext(request, 'cursor', nextCursor),
      ...heading,
    };
  };
  const { document, body } = rendered(format, documentOf, page.entries.length);
  return {
    status: 200,
    headers: { ...headers, ...nextLink(request, 'cursor', document.nextCursor) },
    contentTag,
    body,
  };
}

export const handler = publicRoute(readTimeline);
