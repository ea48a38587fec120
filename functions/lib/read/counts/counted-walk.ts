import type { z } from 'zod';
import { parseRange, type Range } from '../../../../events/dates/range.ts';
import type { Answer } from '../../http/answer.ts';
import { liveCaching } from '../../http/caching.ts';
import { isKnownTo } from '../../http/entity-tag.ts';
import { nextLink } from '../../http/links.ts';
import type { Request } from '../../http/request.ts';
import { type Match, readMatches } from '../cards/matches.ts';
import type { Snapshot } from '../cards/snapshot.ts';
import type { countsQuerySchema, facetsQuerySchema } from '../query/counted-query.ts';
import { contentTagOf, timelineCaching, timelineWalk } from '../timeline/timeline-walk.ts';
import { countedPart, entriesPerCount } from './counted-part.ts';

type CountedQuery = z.output<typeof countsQuerySchema> | z.output<typeof facetsQuerySchema>;

/** What was counted. */
interface Counted {
  readonly matches: readonly Match[];
  readonly range: Range;
  readonly snapshot: Snapshot;
}

/** Whether what is counted is shown with titles of stories, which change without the entries. */
interface CountedList {
  readonly name: string;
  readonly hasTitles?: boolean;
}

/**
 * Answers with what a walk through all entries of a timeline counts, each entry once.
 *
 * @param list the list that is walked
 * @param countsIn the fields of the answer besides those that say what was counted
 */
export async function countedWalk(
  request: Request,
  { name, hasTitles = false }: CountedList,
  query: CountedQuery,
  countsIn: (counted: Counted) => object | Promise<object>,
): Promise<Answer> {
  const range = parseRange(query);
  const options = { range, limit: entriesPerCount, order: 'asc' as const, now: request.now };
  const { snapshot, page, cursorAfter } = await timelineWalk(name, query, options);
  const isNow = query.asOf === undefined && query.cursor === undefined;
  // The entries are as of when they last changed. A title that is newer than that is shown too, and so is part of the
  // tag.
  const shown = hasTitles && isNow ? { ...snapshot, moment: snapshot.checkpoint.publishedAt } : snapshot;
  const contentTag = contentTagOf(request, name, shown);
  const headers = { ...timelineCaching(snapshot), 'content-type': 'application/json' };
  if (isKnownTo(request, contentTag)) return { status: 304, headers, contentTag };

  const { matches, next, isCut } = await readMatches(page);
  const nextCursor = cursorAfter(next);
  const { from, to, tz, match } = range;
  const counts = await countsIn({ matches, range, snapshot: shown });
  return {
    status: 200,
    headers: { ...headers, ...(isCut && liveCaching), ...nextLink(request, 'cursor', nextCursor) },
    ...(!isCut && { contentTag }),
    body: { ...counts, ...countedPart(next), range: { from, to, tz, match }, asOf: snapshot.moment, nextCursor },
  };
}
