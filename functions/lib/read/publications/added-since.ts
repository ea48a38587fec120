import { hasBounds } from '../../../../events/dates/range.ts';
import type { PublishedRevision } from '../../../../events/revision.ts';
import { type PlacedRevision, readContents } from '../../event-log/published.ts';
import { isCurrentAt, type ListedPublication, readPublications } from '../../timelines/publications.ts';
import type { PageRequest } from '../cards/matches.ts';
import { matchOf } from './published-matches.ts';
import { type RemovalsRequest, removingKinds } from './removals.ts';

/** Additions are looked for among so many of the newest lines of a list by publication: 15 read units. */
const linesLookedAt = 1_000;

/** And in the contents of so many of them, half a read unit each. */
const contentsLookedAt = 200;

/** How many entries a timeline has that it had not at an earlier instant. */
export interface AddedSince {
  readonly count: number;
  /** Whether all that was published since was looked at. Else there are at least so many. */
  readonly isComplete: boolean;
}

/** What the timeline is asked, as of now. */
export type AddedRequest = Pick<RemovalsRequest, 'listed' | 'isUnfiltered'> & { readonly page: PageRequest };

/** An event of which something was published since. */
interface ChangedEvent {
  readonly current: ListedPublication;
  /** The number of its first revision since; 0 if it was not published before. */
  readonly first: number;
}

/** Events that may be in the timeline now, those that changed last first. */
function changedEvents(publications: readonly ListedPublication[], asOf: string): ChangedEvent[] {
  const firsts = new Map<string, number>();
  // The newest come first.
  for (const { eventId, revision } of publications) firsts.set(eventId, revision);
  return publications
    .filter((line) => isCurrentAt(line, asOf) && !removingKinds.includes(line.kind))
    .map((current) => ({ current, first: firsts.get(current.eventId) ?? 0 }));
}

/**
 * The revision that an event had before the first one since, if it was published then. Only its content is looked at.
 */
const revisionBefore = ({ current, first }: ChangedEvent): PlacedRevision[] =>
  first === 0 ? [] : [{ ...current, revision: first - 1 }];

/**
 * Counts the entries that a query finds now and that it did not find at an earlier instant: of events that were
 * published since, or that a correction since has brought into its range or its filters.
 *
 * @param request its `asOf` is now
 * @param since RFC 3339
 */
export async function readAddedSince({ page, listed, isUnfiltered }: AddedRequest, since: string): Promise<AddedSince> {
  const { generation, asOf, consistency, range, search } = page;
  const lines = await readPublications(generation, listed, asOf, linesLookedAt, consistency, { after: since });
  // Of an event that was published before, the first revision since may be in the lines that are not read.
  const changed = changedEvents(lines.publications, asOf).filter(({ first }) => first === 0 || !lines.more);
  // All of a story has every event that was published in it.
  const isAll = isUnfiltered && !hasBounds(range) && !search;
  const known = isAll ? changed.filter(({ first }) => first === 0) : [];
  const others = isAll ? changed.filter(({ first }) => first !== 0) : changed;
  const lookedAt = others.slice(0, contentsLookedAt);
  const contentOf = await readContents(
    lookedAt.flatMap((event) => [event.current, ...revisionBefore(event)]),
    consistency,
  );
  const { ongoing: _ongoing, ...request } = page;
  const isFound = (content: PublishedRevision) => matchOf(content, request) !== null;
  const added = lookedAt.filter(
    (event) => isFound(contentOf(event.current)) && !revisionBefore(event).some((before) => isFound(contentOf(before))),
  );
  return {
    count: known.length + added.length,
    isComplete: !lines.more && lookedAt.length === others.length,
  };
}
