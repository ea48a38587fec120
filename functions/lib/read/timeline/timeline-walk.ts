import { createHash, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { OngoingChoice } from '../../../../events/dates/ongoing.ts';
import type { Range } from '../../../../events/dates/range.ts';
import type { SearchWords } from '../../../../events/filters/text-search.ts';
import { eventIdForm } from '../../../../events/identity.ts';
import { InvalidInput } from '../../../../events/input/errors.ts';
import { immutableCaching, liveCaching } from '../../http/caching.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import type { Request } from '../../http/request.ts';
import { type Snapshot, type SnapshotRequest, takeSnapshot } from '../cards/snapshot.ts';
import { assertSearchable, wordSearch } from '../cards/text-search.ts';
import type { RemovalsRequest } from '../publications/removals.ts';
import {
  accepts,
  facetListsOf,
  filterOfQuery,
  isUnfiltered,
  listedFacetOf,
  type TimelineFilters,
  type TimelineOrder,
} from '../query/timeline-query.ts';
import type { TimelinePageRequest } from './page.ts';

/**
 * The digest of the running code: of this file, which in a bundle is the whole function. It is part of entity tags that
 * are not digests of a body, so that a release that changes responses also changes their tags.
 */
export const buildDigest = createHash('sha256')
  .update(readFileSync(new URL(import.meta.url)))
  .digest('base64url');

/** Where a walk through a timeline continues. */
interface TimelinePlace {
  /** The moment that its first page pinned; RFC 3339. */
  readonly pinned: string;
  /** The order of the last entry of the previous page. */
  readonly after: string;
}

interface Query {
  readonly q?: SearchWords | undefined;
  readonly ongoing?: OngoingChoice | undefined;
  readonly asOf?: string | undefined;
  readonly cursor?: string | undefined;
}

/** What a query says about a walk. */
type WalkQuery = TimelineFilters & Query;

interface WalkOptions {
  readonly range: Range;
  readonly limit: number;
  readonly order: TimelineOrder;
  /** Whether a page in order of publication also shows what has left the timeline. */
  readonly withRemovals?: boolean;
  /** A snapshot of one facet as of now, if one was taken for the same request: it is not read again for that facet. */
  readonly taken?: Snapshot;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What a cursor belongs to: the list that is walked, the query, and the order. */
interface Walk {
  readonly list: string;
  readonly query: Query;
  readonly order: TimelineOrder;
}

/** One page of a walk by cursor through a timeline. */
export interface TimelineWalk {
  readonly snapshot: Snapshot;
  /** What to read; null where nothing can match. */
  readonly page: TimelinePageRequest | null;
  /** Which removals to read, where they are not in the order of the page. */
  readonly removals: RemovalsRequest | null;
  /** Whether the query asks for everything, or for all of one story, whatever its range. */
  readonly isUnfiltered: boolean;
  /** The cursor that continues after an order; null at the end. */
  cursorAfter(order: string | null): string | null;
}

const orderOfCard = z.string().regex(new RegExp(`^\\d{15}#\\d{15}#${eventIdForm}$`));

/** By publication, the order of an entry is the instant at which it was published. */
const placeSchema = (order: TimelineOrder) =>
  z.tuple([z.iso.datetime(), z.iso.datetime(), order === 'published' ? z.iso.datetime() : orderOfCard]);

/**
 * Leaves out `asOf`: a client may add the one that the first page showed, and the cursors stay the same, to the byte.
 */
const boundTo = ({ list, query, order }: Walk) => ({ ...query, list, order, asOf: undefined });

/** The cursor that continues a walk. */
function writeTimelineCursor(walk: Walk, { pinned, after }: TimelinePlace): string {
  return writeCursor([pinned, walk.query.asOf ?? pinned, after], boundTo(walk));
}

/**
 * The place that the cursor of a query holds; null without a cursor.
 *
 * @throws {InvalidInput} naming `cursor`
 */
function readTimelineCursor(walk: Walk): TimelinePlace | null {
  const { query, order } = walk;
  if (query.cursor === undefined) return null;
  const [pinned, requested, after] = readCursor(query.cursor, boundTo(walk), placeSchema(order));
  if (requested === (query.asOf ?? pinned)) return { pinned, after };
  const detail = 'Belongs to a walk as of another instant. Repeat the parameters of the first page.';
  throw new InvalidInput([{ parameter: 'cursor', detail }]);
}

/** Whether a snapshot of one facet as of now is the one that is asked for. */
function isOf({ heads }: Snapshot, { facetLists, asOf, pinned }: SnapshotRequest): boolean {
  const [facet, ...others] = facetLists.flat();
  return asOf === undefined && pinned === undefined && others.length === 0 && facet === heads[0]?.facet;
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
  { range, limit, order, withRemovals = false, taken, now }: WalkOptions,
): Promise<TimelineWalk> {
  assertSearchable(query, range);
  const walk = { list, query, order };
  const place = readTimelineCursor(walk);
  const filter = await filterOfQuery(query);
  const request = { facetLists: facetListsOf(filter), asOf: query.asOf, pinned: place?.pinned, now };
  const snapshot = taken && isOf(taken, request) ? taken : await takeSnapshot(request);
  const { heads, checkpoint, moment, consistency } = snapshot;
  const page = heads.length > 0 && {
    generation: checkpoint.generation,
    heads,
    accepts: accepts(filter),
    range,
    ...(query.ongoing && { ongoing: query.ongoing }),
    descending: order === 'desc',
    limit,
    asOf: moment,
    after: place?.after ?? null,
    consistency,
    ...(query.q && { search: wordSearch(query.q, checkpoint.generation, consistency) }),
  };
  const listed = { listed: listedFacetOf(filter), isUnfiltered: query.q === undefined && isUnfiltered(filter) };
  return {
    snapshot,
    page: page ? { ...page, ...(order === 'published' && { published: { ...listed, withRemovals } }) } : null,
    removals: page ? { ...listed, page } : null,
    isUnfiltered: listed.isUnfiltered,
    cursorAfter: (last) => (last === null ? null : writeTimelineCursor(walk, { pinned: moment, after: last })),
  };
}

/**
 * The entity tag of an answer about timelines, known before any card is read: from the release, the request, the format
 * and the moment of the record. Timelines are a function of the feed, and the moment says how much of it; only a repair
 * changes them in another way.
 */
export function contentTagOf({ rawQuery, origin }: Request, format: string, { moment, checkpoint }: Snapshot): string {
  const query = rawQuery.split('&').sort().join('&');
  const parts = [buildDigest, origin, query, format, moment, checkpoint.repairs];
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/** How long an answer about timelines may be cached. */
export function timelineCaching({ immutable }: Snapshot): Record<string, string> {
  return immutable ? immutableCaching : liveCaching;
}
