import { storyFacet } from '../../../events/filters/facet-keys.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { type EventProjection, projectionOf } from '../../../events/timeline/projection.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import type { Follower } from '../event-log/follower.ts';
import { revisionsOf } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { IncompleteRead } from '../runtime/failures.ts';
import { checkpointAfter, checkpointParking } from '../runtime/follower-checkpoint.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import type { ItemKey } from '../runtime/stored-item.ts';
import { advance } from '../timelines/advance.ts';
import { putCard, putPastCard, putTombstone } from '../timelines/cards.ts';
import { type Checkpoint, readCheckpoint } from '../timelines/checkpoint.ts';
import { putCorrection } from '../timelines/corrections.ts';
import { readHeads } from '../timelines/heads.ts';
import type { Projection } from '../timelines/timelines-table.ts';
import { headsAfter } from './facet-heads.ts';

/** DynamoDB takes at most 100 items in a transaction: the checkpoint, and the heads of the facets that a chunk touches. */
const headsPerChunk = 99;

const writesAtOnce = 32;
const readsAtOnce = 8;

/** The projection of an entry that has no card. */
export const noCards = {
  before: null,
  after: null,
  cards: [],
  past: [],
  tombstones: [],
  corrections: [],
  touched: new Map(),
};

/** The facets that an entry can touch. The description of a story has no card; it touches the head of its story. */
const facetsTouched = (entry: FeedEntry) =>
  entry.event.type === storyType ? [storyFacet(entry.event.subject)] : entry.facets;

/**
 * The earlier revisions of the event of a feed entry.
 *
 * @throws {IncompleteRead} when the marker of an earlier revision is not visible yet
 */
async function revisionsBefore({ eventId, revision }: FeedEntry): Promise<PublishedRevision[]> {
  if (revision === 0) return [];
  const before = (await revisionsOf(eventId, true)).slice(0, revision);
  return before.map(({ published, ...earlier }) => {
    if (!published) throw new IncompleteRead(`Revision ${earlier.revision} of ${eventId} has no visible marker yet.`);
    return { ...earlier, ...published };
  });
}

/**
 * The projection of one event's entries in a chunk. The entries need no markers, which may become visible later; the earlier
 * revisions of the event do.
 */
async function project(entries: readonly FeedEntry[], parked: readonly number[]): Promise<EventProjection> {
  const first = entries[0] as FeedEntry;
  if (first.event.type === storyType) return { ...noCards, latest: entries.at(-1) as FeedEntry };
  return projectionOf([...(await revisionsBefore(first)), ...entries], first.revision, new Set(parked));
}

/**
 * Writes a projection, idempotently. Past cards come first, so that a reader who finds a card replaced also finds the card that
 * it replaced. Corrections come last, so that an entry whose card cannot be written, and which is parked, leaves no correction.
 */
export async function writeProjection(
  generation: string,
  { past, cards, tombstones, corrections, latest }: EventProjection,
): Promise<void> {
  await inParallel(past, writesAtOnce, (card) => putPastCard(generation, card));
  await inParallel(cards, writesAtOnce, (slot) => putCard(generation, slot));
  await inParallel(tombstones, writesAtOnce, (slot) => putTombstone(generation, slot, latest));
  const lines = corrections.flatMap((correction) => correction.facets.map((facet) => ({ facet, correction })));
  await inParallel(lines, writesAtOnce, ({ facet, correction }) => putCorrection(generation, facet, correction));
}

/**
 * The follower that projects the feed into timelines.
 *
 * @param park parks an entry that fails permanently, by its key in the log
 * @param projection the timelines that readers see, or those of a rebuild
 */
export function projector(
  park: (key: ItemKey, reason: unknown) => Promise<void>,
  projection: Projection = 'PROJECT',
): Follower {
  let from: Checkpoint;
  return {
    async checkpoint() {
      from = await readCheckpoint(projection);
      return from.position;
    },

    chunk(entries) {
      const facets = new Set<string>();
      const end = entries.findIndex((entry) => {
        for (const facet of facetsTouched(entry)) facets.add(facet);
        return facets.size > headsPerChunk;
      });
      return end < 0 ? entries.length : Math.max(1, end);
    },

    async apply(entries) {
      const last = entries.at(-1) as FeedEntry;
      const events = Map.groupBy(entries, ({ eventId }) => eventId);
      const projections = await inParallel([...events.values()], readsAtOnce, (ofEvent) =>
        project(ofEvent, from.parked),
      );
      await inParallel(projections, readsAtOnce, (projection) => writeProjection(from.generation, projection));
      const facets = new Set(entries.flatMap(facetsTouched));
      const heads = await readHeads(from.generation, [...facets], true);
      const changed = await headsAfter(from.generation, projections, heads);
      await advance(from, checkpointAfter(from, last), changed, projection);
      for (const { position, revision, eventId, correlationId, publishedAt, recordedAt } of entries) {
        logger.info('Projected', { eventId, revision, position, correlationId });
        milliseconds('ProjectionLag', Date.now() - Date.parse(publishedAt));
        milliseconds('TimeToTimeline', Date.now() - Date.parse(recordedAt));
      }
      count('EntriesProjected', entries.length);
    },

    async park(entry, reason) {
      await park(feedEntryKey(entry.position), reason);
      await advance(from, checkpointParking(from, entry), [], projection);
    },
  };
}
