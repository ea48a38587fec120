import { parseRange } from '../events/dates/range.ts';
import type { Answer } from './lib/http/answer.ts';
import { liveCaching } from './lib/http/caching.ts';
import { isKnownTo } from './lib/http/entity-tag.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import { countedPart, entriesPerCount } from './lib/read/counted-part.ts';
import { facetValuesOf } from './lib/read/facet-values.ts';
import type { FacetsAnswer } from './lib/read/facets-answer.ts';
import { readMatches } from './lib/read/matches.ts';
import { facetsQuerySchema } from './lib/read/timeline-query.ts';
import { contentTagOf, timelineCaching, timelineWalk } from './lib/read/timeline-walk.ts';
import { publicRoute } from './lib/route/route.ts';

const list = 'facets';

/** Answers by which values a timeline can be filtered, with names, and how many of its entries have each of them. */
async function readFacets(request: Request): Promise<Answer> {
  const query = queryParameters(request, facetsQuerySchema);
  const range = parseRange(query);
  const options = { range, limit: entriesPerCount, order: 'asc' as const, now: request.now };
  const { snapshot, page, cursorAfter } = await timelineWalk(list, query, options);
  const contentTag = contentTagOf(request, list, snapshot);
  const headers = { ...timelineCaching(snapshot), 'content-type': 'application/json' };
  if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };

  const { matches, next, isCut } = await readMatches(page);
  const nextCursor = cursorAfter(next);
  const { from, to, tz, match } = range;
  const body: FacetsAnswer = {
    facets: await facetValuesOf(matches, snapshot),
    entries: matches.length,
    ...countedPart(next),
    range: { from, to, tz, match },
    asOf: snapshot.moment,
    nextCursor,
  };
  return {
    status: 200,
    headers: { ...headers, ...(isCut && liveCaching), ...nextLink(request, 'cursor', nextCursor) },
    ...(!isCut && { contentTag }),
    body,
  };
}

export const handler = publicRoute(readFacets);
