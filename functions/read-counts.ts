import type * as z from 'zod';
import { parseRange, type Range } from '../events/dates/range.ts';
import type { Answer } from './lib/http/answer.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { nextLink } from './lib/http/next-link.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { type CountsAnswer, countsOf } from './lib/read/counts-answer.ts';
import { countsQuerySchema } from './lib/read/counts-query.ts';
import { type FoundRange, timelineRange } from './lib/read/page.ts';
import { type Snapshot, takeSnapshot } from './lib/read/snapshot.ts';
import { contentTagOf, timelineCaching } from './lib/read/timeline-answer.ts';
import { readTimelineCursor, writeTimelineCursor } from './lib/read/timeline-cursor.ts';
import { acceptsFilters, facetsOfQuery } from './lib/read/timeline-query.ts';
import { publicRoute } from './lib/route/route.ts';

const list = 'counts';

/** Entries counted by one request: some 4 MB of cards, 500 read units. Whoever has more goes on by cursor. */
const entriesPerAnswer = 4_000;

type Query = z.output<typeof countsQuerySchema>;

async function stretchOf(query: Query, range: Range, after: string | null, start: Snapshot): Promise<FoundRange> {
  const { head, checkpoint, moment, consistent } = start;
  if (!head) return { found: [], next: null };
  return timelineRange({
    generation: checkpoint.generation,
    head,
    accepts: acceptsFilters(query),
    range,
    descending: false,
    limit: entriesPerAnswer,
    asOf: moment,
    after,
    consistent,
  });
}

/** Counts what a walk through the timeline finds, each entry once: for a histogram. */
async function readCounts(request: Request): Promise<Answer> {
  const query = queryParameters(request, countsQuerySchema);
  const range = parseRange(query);
  const place = readTimelineCursor(list, query);
  const facets = facetsOfQuery(query);
  const start = await takeSnapshot({ facets, asOf: query.asOf, pinned: place?.pinned, now: request.now });
  const contentTag = contentTagOf(request, list, start);
  const headers = { ...timelineCaching(start), 'content-type': 'application/json' };
  if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };

  const { found, next } = await stretchOf(query, range, place?.after ?? null, start);
  const asOf = start.moment;
  const nextCursor = next === null ? null : writeTimelineCursor(list, { pinned: asOf, after: next }, query);
  const { interval } = query;
  const { from, to, tz, match } = range;
  const body: CountsAnswer = {
    interval,
    counts: countsOf(found, range, interval),
    range: { from, to, tz, match },
    asOf,
    nextCursor,
  };
  return { status: 200, headers: { ...headers, ...nextLink(request, 'cursor', nextCursor) }, contentTag, body };
}

export const handler = publicRoute(readCounts);
