import { minuteMs } from '../../../events/dates/durations.ts';
import { type Rename, renameBy, revisionRenamed, valuesRenamed } from '../../../events/slug-move.ts';
import { renameInFeedEntry, renameInRevision } from '../event-log/blank.ts';
import { feedAfter, UnreadableEntry } from '../event-log/feed.ts';
import { readRevision } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { allMoves, keepMove, type StoredMove } from '../redactions/moves.ts';
import { renameInRedactions } from '../redactions/redactions.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { logger } from '../runtime/observability.ts';
import { UnreadableItem } from '../runtime/stored-item.ts';

/** Entries that are looked at before it is stored how far the move is. Most are of other stories. */
const entriesPerPage = 500;
const updatesAtOnce = 8;

/** By then, requests and functions that had read the old slug have ended. */
const lateWritersMs = 2 * minuteMs;
const secondInvalidationMs = 5 * minuteMs;

/** What a run may use. */
interface MoveOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly hasTime: () => boolean;
  /** Holds off rebuilds of the timelines. @returns whether it could */
  readonly holdOffRebuilds: () => Promise<boolean>;
  /** Asks the content delivery network to forget all that it has. */
  readonly invalidate: (now: number) => Promise<void>;
}

/**
 * Renames the slug in a revision and in its feed entry. The revision comes first: an entry that is renamed is not
 * looked at again.
 */
async function renameEntry(entry: FeedEntry, rename: Rename): Promise<void> {
  const { eventId, revision, story } = entry;
  const values = valuesRenamed(entry.values, rename);
  const renamed = { ...entry, story: rename(story), values };
  if (values === entry.values && renamed.story === story) return;
  const logged = await readRevision(eventId, revision);
  if (!logged) throw new Error(`Revision ${revision} of ${eventId} is not visible yet.`);
  const clean = revisionRenamed(logged, rename);
  if (clean !== logged) await renameInRevision(clean);
  await renameInFeedEntry(renamed);
}

/** An entry or a revision that cannot be read keeps no other from being renamed. */
async function renameIfReadable(entry: FeedEntry, rename: Rename): Promise<void> {
  try {
    await renameEntry(entry, rename);
  } catch (error) {
    if (!(error instanceof UnreadableItem)) throw error;
    const { eventId, revision } = entry;
    logger.error('The slug of a story cannot be renamed here. Take the event down.', { eventId, revision });
  }
}

/**
 * The position after the entries that follow one, renamed; null if half of a transaction is visible: the rest follows
 * in a moment.
 */
async function renameAfter(position: number, rename: Rename): Promise<number | null> {
  try {
    const { entries, gap } = await feedAfter(position, entriesPerPage, 'consistent');
    if (gap && entries.length === 0) return null;
    await inParallel(entries, updatesAtOnce, (entry) => renameIfReadable(entry, rename));
    return entries.at(-1)?.position ?? position;
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    logger.error('An entry of the feed cannot be read: a slug may stay in it.', { position: error.place.position });
    return error.place.position;
  }
}

/**
 * Renames the slugs of all stories that were moved, in a log that was restored to a time before. Nobody may write to it
 * meanwhile.
 *
 * @returns how many stories were moved
 */
export async function renameInRestoredLog(): Promise<number> {
  const moves = await allMoves();
  for (const move of moves) {
    const rename = renameBy(move);
    for (let position = 0, before = -1; position > before; ) {
      before = position;
      position = (await renameAfter(position, rename)) ?? position;
    }
  }
  return moves.length;
}

/**
 * Renames the slug from where the move is to the end of the feed.
 *
 * @returns the move as it is then; null if there is no time left, or another process carries it on
 */
async function renameAll(start: StoredMove, { hasTime, holdOffRebuilds }: MoveOptions): Promise<StoredMove | null> {
  const rename = renameBy(start);
  for (let move = start; ; ) {
    if (!hasTime() || !(await holdOffRebuilds())) return null;
    const through = await renameAfter(move.through, rename);
    if (through === null) return null;
    if (through === move.through) return move;
    const moved = { ...move, through };
    if (!(await keepMove(moved, move))) return null;
    move = moved;
  }
}

const elapsed = ({ since }: StoredMove, now: number) => now - Date.parse(since);

/** The move after its next step; null if it must wait. */
async function afterStep(move: StoredMove, options: MoveOptions): Promise<StoredMove | null> {
  const at = (step: StoredMove['step'], carried: StoredMove = move) => ({
    ...carried,
    step,
    since: new Date(options.now()).toISOString(),
  });
  switch (move.step) {
    case 'rename': {
      const renamed = await renameAll(move, options);
      return renamed && at('renameAgain', renamed);
    }
    case 'renameAgain': {
      if (elapsed(move, options.now()) < lateWritersMs) return null;
      const renamed = await renameAll(move, options);
      if (!renamed) return null;
      await renameInRedactions(renameBy(move));
      return at('rebuild', renamed);
    }
    case 'invalidate':
      await options.invalidate(options.now());
      return at('invalidateAgain');
    case 'invalidateAgain':
      if (elapsed(move, options.now()) < secondInvalidationMs) return null;
      await options.invalidate(options.now());
      return at('done');
    default:
      return null;
  }
}

/** Carries a move on as far as it can be. @returns the move as it is then */
async function carryOn(found: StoredMove, options: MoveOptions): Promise<StoredMove> {
  for (let move = found; ; ) {
    const next = await afterStep(move, options);
    if (!next) return move;
    // `renameAll` has stored how far it came.
    if (!(await keepMove(next, { ...move, through: next.through }))) return move;
    move = next;
  }
}

/**
 * Carries the moves of stories to other slugs on, as far as a function can: it renames the old slug in the log, and
 * invalidates caches. Each step is stored after it is done, and may be done again. Nothing but this and the blanking
 * updates the log, one at a time.
 *
 * @returns the moves that are not done
 */
export async function moveStories(options: MoveOptions): Promise<readonly StoredMove[]> {
  const open: StoredMove[] = [];
  for (const found of await allMoves()) {
    const move = await carryOn(found, options);
    if (move.step !== 'done') open.push(move);
  }
  return open;
}
