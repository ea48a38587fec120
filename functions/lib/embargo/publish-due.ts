import { minuteMs, secondMs } from '../../../events/dates/durations.ts';
import { bytesOfValues, valuesOf } from '../../../events/event-values.ts';
import { Conflict, Forbidden, NotFound, Redacted } from '../../../events/input/errors.ts';
import { oneOfPaceMs, paceOfEntry } from '../../../events/pace.ts';
import type { RevisionReference } from '../../../events/revision.ts';
import { type DueEntry, nextDue } from '../held-events/held-events.ts';
import { inTurns } from '../runtime/concurrency.ts';
import { logger, milliseconds } from '../runtime/observability.ts';
import { changeHeld } from './change-held.ts';
import { publishHeld } from './publish-held.ts';

/** What is due within this time is waited for. The next run begins a minute after this one. */
const lookAheadMs = 45 * secondMs;

/** Of each partition. */
const pageEntries = 25;

/**
 * Entries that are read and wait for their turn: all that ten newsrooms may hold, in about 5 MB. A newsroom waits for
 * the others only where those before it have more than this to publish.
 */
const maximumWaiting = 10_000;

/**
 * Newsrooms whose events are published side by side. Those of one newsroom are published one after the other, and
 * newsrooms take turns: one that publishes very many at once does not delay the others.
 */
const newsroomsAtOnce = 8;

interface PublishOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly hasTime: () => boolean;
  readonly wait: (ms: number) => Promise<void>;
  readonly requestId: string;
}

const instantOf = (epochMs: number) => new Date(epochMs).toISOString();

/** What became of an event is decided: published, or refused and kept for its newsroom. */
const isSettled = (error: unknown) =>
  error instanceof Conflict || error instanceof Forbidden || error instanceof Redacted || error instanceof NotFound;

/**
 * Publishes what is due, in the order of publication within each newsroom, and what becomes due within the next 45 s at
 * its time. What fails is logged and attempted again in the next run; it stops no other.
 *
 * @throws {Error} the first failure, at the end
 */
export async function publishDue({ now, hasTime, wait, requestId }: PublishOptions): Promise<void> {
  const end = now() + lookAheadMs;
  const failures: unknown[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  /** By newsroom, through all pages: the last event that is in the record, or may be. */
  const lastOf = new Map<string, RevisionReference>();

  async function publish({ newsroom, eventId, unreadable }: DueEntry): Promise<void> {
    if (unreadable) throw unreadable;
    const command = { kind: 'publish' } as const;
    const { after: held } = await changeHeld({ newsroom, eventId, command, now: now() });
    if (!held?.isPublishing) return;
    const { revision } = await publishHeld(held, lastOf.get(newsroom) ?? null, { now: now(), requestId });
    lastOf.set(newsroom, { eventId, revision: 0 });
    // A small one takes longer anyway. The newsroom waits after a large one, since others share the feed.
    const size = paceOfEntry(bytesOfValues(valuesOf(revision)));
    if (size > 1) await wait(size * oneOfPaceMs);
  }

  async function attempt(entry: DueEntry): Promise<void> {
    const { newsroom, eventId, publishAt } = entry;
    if (!hasTime()) {
      oldest = Math.min(oldest, Date.parse(publishAt));
      return;
    }
    try {
      await publish(entry);
    } catch (error) {
      if (isSettled(error)) return;
      // It may be in the record all the same. If it is not, what follows it does not wait for it.
      lastOf.set(newsroom, { eventId, revision: 0 });
      failures.push(error);
      oldest = Math.min(oldest, Date.parse(publishAt));
      logger.error('A held event could not be published. It is attempted again in a minute.', {
        eventId,
        error: error as Error,
      });
    }
  }

  const turns = inTurns(newsroomsAtOnce, attempt);

  /** Reads what is due, and waits for what becomes due. What was read before is published meanwhile. */
  async function read(): Promise<void> {
    for (let after = ''; hasTime(); ) {
      await turns.until(maximumWaiting);
      // The clock may be set back meanwhile: what is not due by it is not published.
      const entries = await nextDue(after, instantOf(Math.min(end, now() + lookAheadMs)), pageEntries);
      const [first] = entries;
      if (!first) return;
      const due = entries.filter(({ publishAt }) => Date.parse(publishAt) <= now());
      for (const entry of due) turns.add(entry.newsroom, entry);
      if (due.length > 0) after = due.at(-1)?.order as string;
      else await wait(Math.max(1, Math.min(Date.parse(first.publishAt) - now(), minuteMs)));
    }
  }

  await read().catch((error: unknown) => failures.push(error));
  await turns.until(0);
  if (oldest < now()) milliseconds('HeldEventAge', now() - oldest);
  if (failures.length > 0) throw failures[0];
}
