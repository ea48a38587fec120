import type { Place } from '../../../events/revision.ts';
import { append } from '../event-log/log.ts';
import { eventItemsIn, type LogTable, logInUse, putAbsentItems, replaceItem } from '../event-log/log-copy.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { sequence } from '../sequence/sequencer.ts';
import { readFanOutCheckpoint } from '../subscribers/fan-out/fan-out-checkpoint.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';
import { compareFeeds, type LostRange } from './compare-feeds.ts';
import { publishDisplaced } from './displaced.ts';
import { fillLost } from './fill-lost.ts';
import { findDamage, trulyLost } from './find-damage.ts';
import { holdLastPosition } from './hold-last-position.ts';
import { type EventMerge, mergeEvent, nameOfItem } from './merge-event.ts';
import { type Removals, readRemovals } from './removals.ts';
import { repairEvent } from './repair-event.ts';
import { stepsOf } from './steps.ts';

const eventsAtOnce = 8;

/**
 * A revision is up to three items of together at most about 70 KB, and DynamoDB takes 100 items and 4 MB in a
 * transaction.
 */
const revisionsPerTransaction = 30;
const itemsPerTransaction = 3 * revisionsPerTransaction;

/** Somebody may write to an event while it is merged. Then it is looked at again. */
const attempts = { maximumAttempts: 10, firstPauseMs: 20, isRetryable: isConditionFailure };

export interface RestoreOptions {
  readonly backup: LogTable;
  /** Say what would be done, and write nothing. */
  readonly dryRun: boolean;
  /** Put items of the backup in the place of those that the log in use has with another content. */
  readonly overwrite: boolean;
  /** Publish again, at new positions, what cannot keep its position. */
  readonly republish: boolean;
  readonly onProgress: (step: string, done: number) => void;
}

/** What was done, or would be. */
export interface RestoredLog {
  /** The events of the backup, and the revisions that the log in use lacked. */
  readonly events: number;
  readonly revisions: number;
  /** The first position that both logs have given to other revisions; null if there is none. */
  readonly conflict: number | null;
  /** Whether nothing was written because of it. */
  readonly isRefused: boolean;
  /** The events whose revisions are published again, at new positions. */
  readonly republished: readonly string[];
  /**
   * Revisions of the log in use whose positions the feed has given to others, such as `evt_… 0`: readers do not see
   * them.
   */
  readonly displaced: readonly string[];
  /** Items that both logs have with another content, by name. */
  readonly differing: readonly string[];
  /** Such items that cannot be replaced, since they were published at another position since. */
  readonly elsewhere: readonly string[];
  /** Revisions whose place is known and whose content neither log has, such as `evt_… 0`. */
  readonly emptied: readonly string[];
  /** Positions of which nothing is known. */
  readonly lost: readonly Pick<LostRange, 'first' | 'last'>[];
  /** The last position. */
  readonly position: number;
}

/** The last position that a follower has passed. Readers and endpoints may know it, although the log has lost it. */
async function usedPlace(): Promise<Place> {
  const [projected, fannedOut] = await Promise.all([readCheckpoint(), readFanOutCheckpoint('consistent')]);
  return fannedOut.position > projected.position ? fannedOut : projected;
}

async function putMerged({ missing, lostRedactions, differing }: EventMerge, overwrite: boolean): Promise<void> {
  for (let start = 0; start < missing.length; start += revisionsPerTransaction) {
    await putAbsentItems(missing.slice(start, start + revisionsPerTransaction).flat());
  }
  for (const redaction of lostRedactions) await append(redaction, 'restore');
  if (overwrite) for (const item of differing) await replaceItem(item);
}

/** Ranges with those that follow each other as one. */
function joined(ranges: readonly LostRange[]): LostRange[] {
  const found: LostRange[] = [];
  for (const range of ranges) {
    const before = found.at(-1);
    if (before?.last === range.first - 1) found[found.length - 1] = { ...before, last: range.last };
    else found.push(range);
  }
  return found;
}

/**
 * Makes again what neither log has, as far as others of its items say what it was.
 *
 * @returns the revisions whose content is lost
 */
async function repairAll(lost: readonly LostRange[], { redactionsOf }: Removals): Promise<string[]> {
  const emptied: string[] = [];
  for (const [eventId, entries] of await findDamage(lost)) {
    const repair = await repairEvent(await eventItemsIn(logInUse, eventId), entries, redactionsOf(eventId), lost);
    for (let start = 0; start < repair.missing.length; start += itemsPerTransaction) {
      await putAbsentItems(repair.missing.slice(start, start + itemsPerTransaction));
    }
    emptied.push(...repair.lost.map((revision) => `${eventId} ${revision}`));
  }
  return emptied;
}

/** Empty lists by these names. */
const listsOf = <Name extends string>(...names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, string[]>;

interface Merged {
  readonly eventId: string;
  readonly merge: EventMerge;
}

/** Merges the events of a backup into the log in use, each revision whole or not at all. */
async function mergeAll(
  { backup, dryRun, overwrite, onProgress }: RestoreOptions,
  conflict: number,
  removals: Removals,
  note: (merged: Merged) => void,
): Promise<number> {
  let events = 0;
  for await (const step of stepsOf(backup)) {
    const merged = await inParallel(step, eventsAtOnce, (event) =>
      retry(async () => {
        const merge = await mergeEvent(backup, event, conflict, removals);
        if (!dryRun) await putMerged(merge, overwrite);
        return { eventId: event.eventId, merge };
      }, attempts),
    );
    merged.forEach(note);
    events += step.length;
    onProgress('Comparing events', events);
  }
  return events;
}

/**
 * Gives the log in use what a backup has and it lacks. Since nothing in a log is changed, the backup is a part of what
 * the log was: each revision comes back at its position, and nothing that the log in use has is lost. What was taken
 * down since stays down, and moved stories keep their slugs: this is done before an item is put. A position that
 * anybody may know is given to nothing else: where neither log has the entry, an entry says that it was lost.
 *
 * It can be interrupted at any time and run again. Each revision is put in one transaction with its position, so that
 * the sequencer never finds it without. Timelines must be rebuilt afterwards, and redactions replayed.
 */
export async function restoreLog(options: RestoreOptions): Promise<RestoredLog> {
  const { backup, dryRun, republish, onProgress } = options;
  const removals = await readRemovals();
  const used = await usedPlace();
  const before = await compareFeeds(backup, logInUse, used);
  const { conflict, head } = before;
  const isRefused = conflict !== null && !republish && !dryRun;
  const counted = { revisions: 0, ...listsOf('republished', 'displaced', 'differing', 'elsewhere', 'emptied') };
  const unplaced: string[] = [];
  if (isRefused) {
    const { position } = before.headInUse;
    return { events: 0, ...counted, conflict, isRefused, lost: before.lost, position };
  }
  const held = dryRun ? null : await holdLastPosition(before, used);
  const events = await mergeAll(options, conflict ?? Number.POSITIVE_INFINITY, removals, ({ eventId, merge }) => {
    counted.revisions += merge.missing.length;
    counted.differing.push(...merge.differing.map(nameOfItem));
    counted.elsewhere.push(...merge.elsewhere.map(nameOfItem));
    if (merge.isRepublished || merge.lostRedactions.length > 0) counted.republished.push(eventId);
    else if (merge.isUnplaced) unplaced.push(eventId);
  });
  if (dryRun) {
    const position = Math.max(head.position, used.position);
    return { events, ...counted, conflict, isRefused, lost: await trulyLost(before.lost), position };
  }
  onProgress('Looking for what neither log has', 0);
  const emptied = await repairAll((await compareFeeds(null, logInUse, used)).lost, removals);
  const { lost } = await compareFeeds(null, logInUse, used);
  for (const range of lost) {
    onProgress('Marking lost positions', range.first);
    await fillLost(range);
  }
  const displaced = await publishDisplaced(republish);
  const { entries } = await sequence([...counted.republished, ...unplaced]);
  const published = [...counted.republished, ...displaced.republished, ...entries.map(({ eventId }) => eventId)];
  const republished = [...new Set(published)];
  const { headInUse } = await compareFeeds(null, logInUse, used);
  const all = joined(held ? [...lost, held] : lost);
  return {
    events,
    ...counted,
    republished,
    displaced: displaced.left,
    emptied,
    conflict,
    isRefused,
    lost: all,
    position: headInUse.position,
  };
}
