import { hourMs, minuteMs } from '../../../events/dates/durations.ts';
import { readMarker, readRevision } from '../event-log/log.ts';
import { listedBy, type OpenRedaction, redactionSteps } from '../redactions/redaction-state.ts';
import {
  closeRedaction,
  isListed,
  keepOpenRedaction,
  listRedaction,
  openRedactionsOf,
} from '../redactions/redactions.ts';
import { logger } from '../runtime/observability.ts';
import { blankLog } from './blank-log.ts';
import { isErasedEverywhere, isForgottenEverywhere } from './followers.ts';

/** A request that was interrupted before its revision was written has ended long before. */
const forgottenAfterMs = hourMs;

/**
 * By then, requests that had read the content before it was removed have been answered, and their answers are cached.
 */
const secondInvalidationMs = 5 * minuteMs;

/** What a run may use. */
export interface RunOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly hasTime: () => boolean;
  /** Holds off rebuilds of the timelines. @returns whether it could */
  readonly holdOffRebuilds: () => Promise<boolean>;
}

const elapsed = (instant: string | undefined, now: number) => now - Date.parse(instant ?? '');

/** Puts the redaction into the list once it is in the log, and learns its position. */
async function publish(open: OpenRedaction, { now }: RunOptions): Promise<OpenRedaction | null> {
  const { eventId, revision, requestedAt } = open;
  const logged = await readRevision(eventId, revision);
  if (!logged?.redaction) {
    if (await isListed(eventId, revision)) {
      logger.error('The log has lost a redaction. After a restore, run: npx timeline redact --replay', {
        eventId,
        revision,
      });
    } else if (logged || elapsed(requestedAt, now()) > forgottenAfterMs) await closeRedaction(open);
    return null;
  }
  const listed = listedBy(logged);
  await listRedaction(listed);
  const marker = await readMarker(eventId, revision);
  const { note, ...rest } = listed;
  return marker && { ...rest, position: marker.position, step: 'erase' };
}

/**
 * Whether an earlier redaction of the event must be carried out in the log first: what revisions carry is cleaned in
 * their order.
 */
async function isBehindAnother({ eventId, revision }: OpenRedaction): Promise<boolean> {
  const others = await openRedactionsOf(eventId);
  const isBefore = ({ step }: OpenRedaction) => redactionSteps.indexOf(step) <= redactionSteps.indexOf('blank');
  return others.some((other) => other.revision < revision && isBefore(other));
}

async function blank(
  open: OpenRedaction,
  { now, hasTime, holdOffRebuilds }: RunOptions,
): Promise<OpenRedaction | null> {
  if (await isBehindAnother(open)) return null;
  if (!(await holdOffRebuilds())) return null;
  // A rebuild may have begun before.
  if (!(await isErasedEverywhere(open))) return null;
  const redaction = await readRevision(open.eventId, open.revision);
  if (!redaction) return null;
  const isBlank = await blankLog(redaction, {
    next: open.next ?? 0,
    hasTime,
    keep: (next) => keepOpenRedaction({ ...open, next }),
  });
  return isBlank ? { ...open, step: 'invalidate', blankedAt: new Date(now()).toISOString() } : null;
}

/** The redaction after its next step; null if it must wait, or is done. */
async function afterStep(open: OpenRedaction, options: RunOptions): Promise<OpenRedaction | null> {
  switch (open.step) {
    case 'publish':
      return publish(open, options);
    case 'erase':
      return (await isErasedEverywhere(open)) ? { ...open, step: 'blank', next: 0 } : null;
    case 'blank':
      return blank(open, options);
    default:
      return null;
  }
}

/** Whether the caches must be invalidated for a redaction now. */
export function needsInvalidation({ step, invalidatedAt }: OpenRedaction, now: number): boolean {
  if (step === 'invalidateAgain') return elapsed(invalidatedAt, now) >= secondInvalidationMs;
  return step === 'invalidate';
}

/** The redaction after the caches were invalidated. */
export function afterInvalidation(open: OpenRedaction, now: number): OpenRedaction {
  if (open.step === 'invalidateAgain') return { ...open, step: 'check' };
  return { ...open, step: 'invalidateAgain', invalidatedAt: new Date(now).toISOString() };
}

/** Closes a redaction if everything was looked through again. */
export async function closeIfForgotten(open: OpenRedaction, now: number): Promise<void> {
  if (open.step !== 'check' || !(await isForgottenEverywhere(open))) return;
  const { eventId, revision } = open;
  const logged = await readRevision(eventId, revision);
  if (!logged?.redaction) return;
  await listRedaction({ ...listedBy(logged), doneAt: new Date(now).toISOString() });
  await closeRedaction(open);
  logger.info('Redacted', { eventId, revision });
}

/**
 * Carries a redaction on, step by step, as far as it can be carried now. Each step is stored after it is done, and may
 * be done again.
 *
 * @returns the redaction as it is then
 */
export async function carryOn(redaction: OpenRedaction, options: RunOptions): Promise<OpenRedaction> {
  let open = redaction;
  while (options.hasTime()) {
    const next = await afterStep(open, options);
    if (!next) break;
    await keepOpenRedaction(next);
    open = next;
  }
  return open;
}
