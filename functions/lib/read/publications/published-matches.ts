import { certaintyOf } from '../../../../events/dates/certainty.ts';
import { dayMs } from '../../../../events/dates/durations.ts';
import { acceptsOngoing } from '../../../../events/dates/ongoing.ts';
import { hasBounds, keyBounds, type Range } from '../../../../events/dates/range.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { cardOf } from '../../../../events/timeline/card.ts';
import type { Removal } from '../../../../events/timeline/removal.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import { type Match, type PageRequest, readMatches } from '../cards/matches.ts';
import { entryHasWords } from '../cards/text-search.ts';
import { contentsPerRequest, PublicationScan } from './publication-scan.ts';
import { type RemovalsRequest, readRemovals, removalFor } from './removals.ts';

/** So many entries are sorted by when they were published: 1.2 MB of cards, 150 read units. */
const largestSorted = 2_000;

/** What a page in order of publication needs besides. */
export interface PublishedOrder extends Omit<RemovalsRequest, 'page'> {
  /** Whether events that have left the timeline are shown too. */
  readonly withRemovals: boolean;
}

/** An event that has left the timeline, in its place. */
export interface FoundRemoval {
  readonly order: string;
  readonly removal: Removal;
}

/** What is found, the newest first, and where the rest begins; null at the end. */
export interface PublishedMatches {
  readonly matches: readonly (Match | FoundRemoval)[];
  readonly next: string | null;
  /** As of `Matches`. */
  readonly isCut: boolean;
}

const newestFirst = (one: Match | FoundRemoval, other: Match | FoundRemoval) => (one.order < other.order ? 1 : -1);

/** About how many entries of a facet can be in a range, if they are spread evenly over its days. */
function estimateIn({ entries, first, last }: FacetHead, range: Range): number {
  const { from, to } = keyBounds(range);
  if (first === null || last === null) return entries;
  const [start, end] = [Date.parse(first), Date.parse(last) + dayMs];
  const covered = Math.max(dayMs, Math.min(to ?? end, end) - Math.max(from ?? start, start));
  return (entries * covered) / Math.max(dayMs, end - start);
}

/** Whether the matches are few enough to be read by when they happened, and sorted. */
function maySort({ heads, range }: PageRequest): boolean {
  const entries = heads.reduce((sum, head) => sum + head.entries, 0);
  const estimate = heads.reduce((sum, head) => sum + estimateIn(head, range), 0);
  return entries <= largestSorted || (hasBounds(range) && estimate <= largestSorted / 2);
}

/** All matches after a place, sorted by when they were published; null if they are too many. */
async function sortedMatches(request: PageRequest): Promise<Match[] | null> {
  const { after } = request;
  const found = await readMatches({ ...request, limit: largestSorted, after: null, descending: false });
  if (found.next !== null) return null;
  return found.matches
    .map((match): Match => ({ ...match, order: match.revision.publishedAt }))
    .filter(({ order }) => after === null || order < after);
}

/** The match of a revision; null if the query does not find it. */
export function matchOf(
  content: PublishedRevision,
  { accepts, range, ongoing, search }: Pick<PageRequest, 'accepts' | 'range' | 'ongoing' | 'search'>,
): Match | null {
  const card = cardOf(content);
  const isAccepted = card && accepts(card.filters) && acceptsOngoing(card.extent, range, ongoing);
  const certainty = isAccepted ? certaintyOf(card.extent, range) : null;
  if (!card || !certainty || (search && !entryHasWords(search.words, card.entry))) return null;
  const { extent, filters, entry, eventId, revision, position, publishedAt } = card;
  return {
    order: publishedAt,
    extent,
    certainty,
    filters,
    entry,
    largeBytes: 0,
    revision: { eventId, revision, position, publishedAt },
  };
}

async function scan<Found extends Match | FoundRemoval>(
  request: PageRequest,
  facet: string,
  find: (content: PublishedRevision) => Found | null,
) {
  const scanned = new PublicationScan(request, facet, find);
  await scanned.run();
  return scanned;
}

/** A page of all of a story or of everything: its list by publication also says what has left it. */
async function listedMatches(request: PageRequest, published: PublishedOrder): Promise<PublishedMatches> {
  const { listed, withRemovals } = published;
  const removals: RemovalsRequest = { ...published, page: request };
  const { found, next } = await scan<Match | FoundRemoval>(request, listed, (content) => {
    const match = matchOf(content, request);
    if (match || !withRemovals) return match;
    const removal = removalFor(content, removals);
    return removal && { order: removal.at, removal };
  });
  return { matches: found, next, isCut: false };
}

/**
 * A page with a filter or a range: its matches are sorted if they are few, and else searched for in the list by
 * publication.
 */
async function filteredMatches(request: PageRequest, published: PublishedOrder): Promise<PublishedMatches> {
  const { after, limit } = request;
  const { listed, withRemovals } = published;
  const [sorted, removed] = await Promise.all([
    maySort(request) ? sortedMatches(request) : null,
    withRemovals ? readRemovals({ ...published, page: request }) : [],
  ]);
  const scanned = sorted ? null : await scan(request, listed, (content) => matchOf(content, request));
  const matches = sorted ?? scanned?.found ?? [];
  const end = scanned?.next ?? null;
  const removals = removed
    .map((removal): FoundRemoval => ({ order: removal.at, removal }))
    .filter(({ order }) => (after === null || order < after) && (end === null || order >= end));
  const all = [...matches, ...removals].sort(newestFirst);
  const shown = all.slice(0, limit);
  const next = all.length > limit ? (shown.at(-1)?.order ?? null) : end;
  return { matches: shown, next, isCut: end !== null && shown.length < limit };
}

/**
 * Finds up to `limit` matches as of a moment in the order in which their revisions were published, the newest first.
 * Each event is found once, by its latest revision.
 */
export async function readPublishedMatches(request: PageRequest, published: PublishedOrder): Promise<PublishedMatches> {
  const isListed = published.isUnfiltered && !hasBounds(request.range) && request.limit <= contentsPerRequest;
  return (isListed ? listedMatches : filteredMatches)(request, published);
}
