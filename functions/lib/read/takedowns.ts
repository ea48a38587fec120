import { filterParameters } from '../../../events/filters/filter-table.ts';
import type { Format, TimelineDocument } from '../formats/format.ts';
import { readTakedowns } from '../timelines/takedowns.ts';
import type { Snapshot } from './snapshot.ts';
import { facetListsOf, filterOfQuery, type TimelineFilters } from './timeline-query.ts';

/** A feed tells of so many events at most. A program that reads it now and then misses none. */
const mostTakedowns = 100;

interface TakedownsQuery extends TimelineFilters {
  readonly cursor?: string | undefined;
}

/**
 * Whether a timeline may tell what was taken down of it: with another filter than a story, that would confirm what it was about. An
 * event in several stories would be counted several times.
 */
const mayTell = (query: TimelineFilters) =>
  filterParameters.every((parameter) => query[parameter] === undefined || parameter === 'story') &&
  (query.story?.length ?? 0) <= 1;

/** What a page tells of events that were taken down. */
export async function takedownsOfPage(
  query: TakedownsQuery,
  format: Format,
  { heads, checkpoint, moment, consistent }: Snapshot,
): Promise<Pick<TimelineDocument, 'redacted' | 'takedowns'>> {
  if (!mayTell(query)) return {};
  const [{ redacted = 0 } = {}] = heads;
  if (!format.showsTakedowns || redacted === 0 || query.cursor !== undefined) return { redacted };
  const [facet = ''] = facetListsOf(filterOfQuery(query)).flat();
  return { redacted, takedowns: await readTakedowns(checkpoint.generation, facet, moment, mostTakedowns, consistent) };
}
