import { minuteMs, secondMs } from '../../../events/dates/durations.ts';
import { Conflict, Forbidden, NotFound, Redacted } from '../../../events/input/errors.ts';
import type { RevisionReference } from '../../../events/revision.ts';
import { type DueEntry, nextDue } from '../held-events/held-events.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { logger, milliseconds } from '../runtime/observability.ts';
import { changeHeld } from './change-held.ts';
import { publishHeld } from './publish-held.ts';

/** What is due within this time is waited for. The next run begins a minute after this one. */
const lookAheadMs = 45 * secondMs;

/** Of each partition. A newsroom that publishes very many at once delays the others by the time of one page. */
const pageEntries = 25;

/** Newsrooms whose events are published side by side; those of one newsroom are published one after the other. */
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
 * Publishes what is due, in the order of publication within each newsroom, and what becomes due within the next 45 s at its time. What
 * fails is logged and attempted again in the next run; it stops no other.
 *
 * @throws {Error} the first failure, at the end
 */
export async function publishDue({ now, hasTime, wait, requestId }: PublishOptions): Promise<void> {
  const end = now() + lookAheadMs;
  const failures: unknown[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  /** By newsroom, through all pages: the last event that is in the record, or may be. */
  const lastOf = new Map<string, RevisionReference>();

  async function publish({ newsroom, eventId }: DueEntry): Promise<void> {
    const command = { kind: 'publish' } as const;
    const { after: held } = await changeHeld({ newsroom, eventId, command, now: now() });
    if (!held?.isPublishing) return;
    await publishHeld(held, lastOf.get(newsroom) ?? null, { now: now(), requestId });
    lastOf.set(newsroom, { eventId, revision: 0 });
  }

  async function publishOf(entries: readonly DueEntry[]): Promise<void> {
    for (const entry of entries) {
      if (!hasTime()) {
        oldest = Math.min(oldest, Date.parse(entry.publishAt));
        return;
      }
      try {
        await publish(entry);
      } catch (error) {
        if (isSettled(error)) continue;
        // It may be in the record all the same. If it is not, what follows it does not wait for it.
        lastOf.set(entry.newsroom, { eventId: entry.eventId, revision: 0 });
        failures.push(error);
        oldest = Math.min(oldest, Date.parse(entry.publishAt));
        logger.error('A held event could not be published. It is attempted again in a minute.', {
          eventId: entry.eventId,
          error: error as Error,
        });
      }
    }
  }

  for (let after = ''; hasTime(); ) {
    // The clock may be set back meanwhile: what is not due by it is not published.
    const entries = await nextDue(after, instantOf(Math.min(end, now() + lookAheadMs)), pageEntries);
    const [first] = entries;
    if (!first) break;
    const due = entries.filter(({ publishAt }) => Date.parse(publishAt) <= now());
    if (due.length === 0) {
      await wait(Math.max(1, Math.min(Date.parse(first.publishAt) - now(), minuteMs)));
      continue;
    }
    const byNewsroom = [...Map.groupBy(due, ({ newsroom }) => newsroom).values()];
    await inParallel(byNewsroom, newsroomsAtOnce, publishOf);
    after = due.at(-1)?.order as string;
  }
  if (oldest < now()) milliseconds('HeldEventAge', now() - oldest);
  if (failures.length > 0) throw failures[0];
}
