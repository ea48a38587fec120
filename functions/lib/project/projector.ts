import { everythingFacet, facetKeys, storyFacet } from '../../../events/filters/facet-keys.ts';
import { redactedType } from '../../../events/redaction.ts';
import { storyType } from '../../../events/story.ts';
import type { EventProjection } from '../../../events/timeline/projection.ts';
import { feedEntryKey } from '../event-log/event-log-table.ts';
import type { Follower, ParkableEntry } from '../event-log/follower.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { readContents } from '../event-log/published.ts';
import { attemptLogIn } from '../runtime/attempt-log.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { checkpointAfter, checkpointParking } from '../runtime/follower-checkpoint.ts';
import { count, logger, milliseconds } from '../runtime/observability.ts';
import { retryCalls } from '../runtime/retry.ts';
import { type ItemKey, UnreadableItem } from '../runtime/stored-item.ts';
import { advance } from '../timelines/advance.ts';
import { type Checkpoint, readCheckpoint, withErasing } from '../timelines/checkpoint.ts';
import { descriptionPuts } from '../timelines/descriptions.ts';
import { newTask, taskPut } from '../timelines/erasing-tasks.ts';
import { readHeads } from '../timelines/heads.ts';
import { parkedAmong, parkingItems, releasingAll } from '../timelines/parked.ts';
import { attemptsPartition, type Projection, timelinesTable } from '../timelines/timelines-table.ts';
import { Eraser } from './eraser.ts';
import { type ChunkChanges, headSearchedOn, headsAfter } from './facet-heads.ts';
import { facetsTouched, projectionsOf } from './projections.ts';
import { unparkedRedaction } from './unparked-redaction.ts';
import { writeProjection } from './write-projection.ts';

/**
 * DynamoDB takes at most 100 items in a transaction: the checkpoint, the heads of the facets that a chunk touches, and
 * the descriptions of stories in it.
 */
const itemsPerChunk = 99;

/** Two calls for each, one after the other, are most of the time that a chunk of new events takes. */
const eventsAtOnce = 16;

/** The facets that an entry can touch. The description of a story has no card; it touches the head of its story. */
const facetsTouchable = ({ type, story, values }: FeedEntry) =>
  type === storyType ? [storyFacet(story)] : [everythingFacet, ...facetKeys(values)];

/**
 * Whether an entry is projected alone: it may change facets that its values do not name, since their content was taken
 * down.
 */
const isAlone = ({ kind, type }: FeedEntry) => kind === 'redacted' || type === redactedType;

/**
 * The heads and descriptions after some projections. A head or a card of the timelines that cannot be read is not the
 * fault of the entries: they are not parked for it, but wait until a release that can read it is deployed, or the
 * timelines are rebuilt.
 */
async function changesOf(generation: string, projections: readonly EventProjection[]): Promise<ChunkChanges> {
  try {
    const facets = new Set(projections.flatMap(facetsTouched));
    const heads = await retryCalls(() => readHeads(generation, [...facets], 'consistent'));
    return await retryCalls(() => headsAfter(generation, projections, heads));
  } catch (cause) {
    if (!(cause instanceof UnreadableItem)) throw cause;
    throw new Error('The timelines cannot be read by this release.', { cause });
  }
}

function reportProjected(entries: readonly FeedEntry[]): void {
  for (const { position, revision, eventId, correlationId, publishedAt, recordedAt } of entries) {
    logger.info('Projected', { eventId, revision, position, correlationId });
    milliseconds('ProjectionLag', Date.now() - Date.parse(publishedAt));
    milliseconds('TimeToTimeline', Date.now() - Date.parse(recordedAt));
  }
  count('EntriesProjected', entries.length);
}

/**
 * The follower that projects the feed into timelines. Later revisions of an event with a parked revision are parked
 * too, so that timelines never show a revision without an earlier one.
 *
 * @param park parks an entry that fails permanently, by its key in the log
 * @param projection the timelines that readers see, or those of a rebuild
 */
export function projector(
  park: (key: ItemKey, reason: unknown) => Promise<void>,
  projection: Projection = 'PROJECT',
): Follower {
  let from: Checkpoint;
  /** How many entries are parked of the events of a chunk. */
  let parked: ReadonlyMap<string, number>;
  const eraser = new Eraser(projection);

  /** Advances the checkpoint past an entry that is parked. */
  async function advancePast(entry: ParkableEntry, entriesOfEvent: number): Promise<void> {
    const { eventId, position } = entry;
    await readContents([], 'consistent', [entry]);
    const facets = 'values' in entry ? facetsTouchable(entry) : null;
    const items = parkingItems(from.generation, { eventId, position, facets }, entriesOfEvent);
    from = await advance(from, checkpointParking(from, entry), { heads: [], replaced: new Map() }, projection, items);
  }

  /**
   * Projects a redaction, and leaves the removal of the content to a task. Entries of its event that were parked before
   * it are released: nothing of them is projected any more, but for revisions that stay and can be read.
   */
  async function applyRedaction(entry: FeedEntry, entriesOfEvent: number): Promise<void> {
    const { generation } = from;
    const unprojected = entriesOfEvent > 0 ? entry.revision - entriesOfEvent : undefined;
    const [redacted] = await retryCalls(async () =>
      unprojected === undefined ? projectionsOf([entry]) : [await unparkedRedaction(entry, unprojected)],
    );
    const changed = redacted as EventProjection;
    await writeProjection(generation, changed);
    const changes = await changesOf(generation, [changed]);
    const to = { ...checkpointAfter(from, entry), parked: from.parked - entriesOfEvent };
    from = await advance(from, withErasing(to, 1), changes, projection, [
      ...descriptionPuts(generation, changes.descriptions),
      taskPut(generation, newTask(entry, unprojected)),
      ...(unprojected === undefined ? [] : [releasingAll(generation, entry.eventId)]),
    ]);
    reportProjected([entry]);
  }

  return {
    attempts: attemptLogIn(timelinesTable, attemptsPartition(projection)),

    async checkpoint() {
      from = await readCheckpoint(projection);
      return from.position;
    },

    async chunk(entries) {
      const eventIds = from.parked > 0 ? entries.map(({ eventId }) => eventId) : [];
      parked = await parkedAmong(from.generation, eventIds);
      const facets = new Set<string>();
      let descriptions = 0;
      const end = entries.findIndex((entry) => {
        if (isAlone(entry)) return true;
        for (const facet of facetsTouchable(entry)) facets.add(facet);
        if (entry.type === storyType) descriptions += 1;
        return facets.size + descriptions > itemsPerChunk || parked.has(entry.eventId);
      });
      return end < 0 ? entries.length : Math.max(1, end);
    },

    async apply(entries) {
      const last = entries.at(-1) as FeedEntry;
      const entriesOfEvent = parked.get(last.eventId);
      if (last.kind === 'redacted') {
        await applyRedaction(last, entriesOfEvent ?? 0);
        return;
      }
      if (entriesOfEvent !== undefined) {
        logger.warn('Parked behind an earlier revision', { eventId: last.eventId, revision: last.revision });
        await advancePast(last, entriesOfEvent);
        return;
      }
      const projections = await retryCalls(() => projectionsOf(entries));
      await inParallel(projections, eventsAtOnce, (changes) => writeProjection(from.generation, changes));
      const changes = await changesOf(from.generation, projections);
      const puts = descriptionPuts(from.generation, changes.descriptions);
      from = await advance(from, checkpointAfter(from, last), changes, projection, puts);
      reportProjected(entries);
    },

    async atEnd() {
      const erased = await eraser.step(from);
      if (erased) {
        from = erased;
        return true;
      }
      const [facet, ...others] = from.searching ?? [];
      if (facet === undefined) return false;
      const replaced = await readHeads(from.generation, [facet], 'consistent');
      const heads = await Promise.all([...replaced.values()].map((head) => headSearchedOn(from.generation, head)));
      from = await advance(from, { ...from, searching: others }, { heads, replaced }, projection);
      return true;
    },

    async park(entry, reason) {
      await park(feedEntryKey(entry.position), reason);
      const { eventId } = entry;
      const known = from.parked > 0 ? await parkedAmong(from.generation, [eventId]) : new Map<string, number>();
      await advancePast(entry, known.get(eventId) ?? 0);
    },
  };
}
