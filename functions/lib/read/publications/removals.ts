import { certaintyOf } from '../../../../events/dates/certainty.ts';
import { hasBounds } from '../../../../events/dates/range.ts';
import { extentOfRevision } from '../../../../events/event-values.ts';
import { filterValuesOf } from '../../../../events/filters/facets.ts';
import type { PublishedRevision, RevisionKind } from '../../../../events/revision.ts';
import { entryOf } from '../../../../events/timeline/entry.ts';
import { type Removal, removalOf } from '../../../../events/timeline/removal.ts';
import { readContents } from '../../event-log/published.ts';
import { isCurrentAt, readPublications } from '../../timelines/publications.ts';
import type { PageRequest } from '../cards/matches.ts';
import { entryHasWords } from '../cards/text-search.ts';

/**
 * Removals are looked for among so many of the newest lines of a list by publication (15 read units), and so many of
 * them are shown.
 */
const linesLookedAt = 1_000;
const mostRemovals = 100;

/**
 * The kinds of revisions by which events leave a timeline. By a correction, they leave that of a filter without a word.
 */
export const removingKinds: readonly RevisionKind[] = ['retracted', 'unlisted', 'redacted'];

/** Which removals a page may show. */
export interface RemovalsRequest {
  readonly page: Pick<PageRequest, 'generation' | 'accepts' | 'range' | 'asOf' | 'consistency' | 'search'>;
  /** The facet whose list by publication has every event that the query can be about. */
  readonly listed: string;
  /**
   * Whether the query is about everything or one story. Otherwise a removal of what was taken down would confirm what
   * it was about.
   */
  readonly isUnfiltered: boolean;
}

/** Whether the query would find the event if it had not left the timeline. */
function wasAbout(
  revision: PublishedRevision,
  { page: { accepts, range, search }, isUnfiltered }: RemovalsRequest,
): boolean {
  if (isUnfiltered && !hasBounds(range)) return true;
  const values = filterValuesOf(revision.event, { ...revision, unlisted: [] });
  const isInRange = () => certaintyOf(extentOfRevision(revision), range) !== null;
  return accepts(values) && isInRange() && (!search || entryHasWords(search.words, JSON.stringify(entryOf(revision))));
}

/** The removal that a revision is to a query; null if it is none, or the query does not ask for its event. */
export function removalFor(revision: PublishedRevision, request: RemovalsRequest): Removal | null {
  const removal = removalOf(revision, request.listed);
  if (!removal) return null;
  return (removal.change === 'redacted' ? request.isUnfiltered : wasAbout(revision, request)) ? removal : null;
}

/**
 * The events that have left a timeline, the newest first, as far as the last revisions that were published show them.
 */
export async function readRemovals(request: RemovalsRequest): Promise<Removal[]> {
  const { generation, asOf, consistency } = request.page;
  const only = { kinds: removingKinds };
  const { publications } = await readPublications(generation, request.listed, asOf, linesLookedAt, consistency, only);
  const removing = publications.filter((publication) => isCurrentAt(publication, asOf)).slice(0, mostRemovals);
  const contentOf = await readContents(removing, consistency);
  return removing.flatMap((publication) => removalFor(contentOf(publication), request) ?? []);
}
