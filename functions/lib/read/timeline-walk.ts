import type { Range } from '../../../events/dates/range.ts';
import type { PageRequest } from './page.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { readTimelineCursor, writeTimelineCursor } from './timeline-cursor.ts';
import { acceptsFilters, facetsOfQuery, type TimelineFilters } from './timeline-query.ts';

/** What a query says about a walk. */
interface WalkQuery extends TimelineFilters {
  readonly asOf?: string | undefined;
  readonly cursor?: string | undefined;
}

interface WalkOptions {
  readonly range: Range;
  readonly limit: number;
  readonly descending: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** One page of a walk by cursor through a timeline. */
export interface TimelineWalk {
  readonly snapshot: Snapshot;
  /** What to read; null where nothing can match. */
  readonly page: PageRequest | null;
  /** The cursor that continues after an order; null at the end. */
  cursorAfter(order: string | null): string | null;
}

/**
 * Takes the next step of a walk: as of the moment that its first page pinned, from where the last page ended.
 *
 * @param list the name of the list that is walked: its cursors fit no other
 * @throws {InvalidInput} naming the parameter
 */
export async function timelineWalk(
  list: string,
  query: WalkQuery,
  { range, limit, descending, now }: WalkOptions,
): Promise<TimelineWalk> {
  const place = readTimelineCursor(list, query);
  const facets = facetsOfQuery(query);
  const snapshot = await takeSnapshot({ facets, asOf: query.asOf, pinned: place?.pinned, now });
  const { head, checkpoint, moment, consistent } = snapshot;
  const { generation } = checkpoint;
  const after = place?.after ?? null;
  const accepts = acceptsFilters(query);
  return {
    snapshot,
    page: head && { generation, head, accepts, range, descending, limit, asOf: moment, after, consistent },
    cursorAfter: (order) =>
      order === null ? null : writeTimelineCursor(list, { pinned: moment, after: order }, query),
  };
}
