import { followedMatches } from '../../read/cards/followed-matches.ts';
import type { Snapshot } from '../../read/cards/snapshot.ts';
import { facetValuesOf } from '../../read/counts/facet-values.ts';
import type { FacetsAnswer } from '../../read/counts/facets-answer.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import { firstPublishedIn } from '../../timelines/publications.ts';
import { type Bucket, bucketsOf } from './month-buckets.ts';

/**
 * So many entries of a story are counted by month, and looked at for the values of filters: 0.6 MB of cards, 75 read
 * units after each change.
 */
const entriesCounted = 1_000;

/** The summaries of so many stories are remembered: about 10 KB each. */
const storiesRemembered = 50;

/** How many events of a story there are by month or year, and the values that filters take. */
export interface StorySummary {
  readonly buckets: readonly Bucket[];
  readonly facets: FacetsAnswer['facets'];
  /** Whether all entries were counted. */
  readonly isComplete: boolean;
  /** When the first event of the story was published, RFC 3339; null if none was. */
  readonly publishedAt: string | null;
}

/** A summary, and the state of the record that it is of. */
interface Remembered {
  /** What changes when the timelines change without the feed growing. */
  readonly state: string;
  /** RFC 3339. */
  readonly moment: string;
  readonly summary: Promise<StorySummary>;
}

/** The latest summary of each story. */
const remembered = new Map<string, Remembered>();

/** When the first event was published by an earlier summary: once there is one, none comes before it. */
async function publishedBefore(before: Remembered | undefined, state: string, moment: string): Promise<string | null> {
  if (before?.state !== state || before.moment > moment) return null;
  const summary = await before.summary.catch(() => null);
  return summary?.publishedAt ?? null;
}

async function readSummary(
  head: FacetHead,
  snapshot: Snapshot,
  published: Promise<string | null>,
): Promise<StorySummary> {
  const { checkpoint, moment, consistency } = snapshot;
  const [{ matches, isComplete }, publishedAt] = await Promise.all([
    followedMatches(head, snapshot, entriesCounted),
    published.then((known) => known ?? firstPublishedIn(checkpoint.generation, head.facet, moment, consistency)),
  ]);
  return {
    buckets: bucketsOf(matches),
    facets: await facetValuesOf(matches, snapshot, true),
    isComplete,
    publishedAt,
  };
}

/**
 * The summary of a story as of the moment of a snapshot. Like the entity tag of a timeline, it follows from that moment
 * and from how often the timelines were repaired, which a takedown counts as: until one of them changes, a function
 * reads it once.
 */
export function summaryOf(head: FacetHead, snapshot: Snapshot): Promise<StorySummary> {
  const { checkpoint, moment } = snapshot;
  const state = [checkpoint.generation, checkpoint.repairs].join(' ');
  const known = remembered.get(head.facet);
  if (known?.state === state && known.moment === moment) return known.summary;
  const summary = readSummary(head, snapshot, publishedBefore(known, state, moment));
  remembered.delete(head.facet);
  remembered.set(head.facet, { state, moment, summary });
  // What could not be read is read again.
  summary.catch(() => {
    if (remembered.get(head.facet)?.summary === summary) remembered.delete(head.facet);
  });
  const [oldest] = remembered.keys();
  if (remembered.size > storiesRemembered && oldest !== undefined) remembered.delete(oldest);
  return summary;
}
