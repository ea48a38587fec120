import { minuteMs } from '../../../events/dates/durations.ts';
import { takesDown } from '../../../events/redaction.ts';
import type { Revision } from '../../../events/revision.ts';
import { readMarker, readRevision } from '../event-log/log.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { IncompleteRead, isFaultOfItem } from '../runtime/failures.ts';
import { logger } from '../runtime/observability.ts';
import { eraseDelivery } from '../subscribers/deliveries/erase-delivery.ts';
import { recipientsFrom } from '../subscribers/deliveries/recipients.ts';
import { ConcurrencyConflict } from '../subscribers/endpoints/endpoint-state.ts';
import {
  continueErasing,
  dueErasing,
  type Erasing,
  endErasing,
  type QueuedErasing,
  readErasing,
} from '../subscribers/fan-out/erasing-tasks.ts';

/** A step takes less than a second, well within the time that a follower keeps in reserve. */
const deliveriesPerStep = 100;
const deliveriesAtOnce = 16;
const revisionsAtOnce = 16;

/** Until then, whatever was in progress has ended: workers, backfills, and attempts whose answers are recorded. */
const lateWritersMs = 15 * minuteMs;
/** How often the log is looked at until its content is gone. */
const logCheckMs = minuteMs;
/** When a task is attempted again that failed permanently: a later release may be able to do it. */
const failedTaskMs = 5 * minuteMs;

type Next = NonNullable<Erasing['next']>;

/** The first revision from a number on that a redaction takes down; null if there are no more. */
function takenDownFrom({ redaction, revision: end }: Revision, from: number): number | null {
  const named = redaction?.revisions;
  const next = named ? named.find((revision) => revision >= from) : from;
  return next === undefined || next >= end ? null : next;
}

/**
 * Erases the next deliveries of a revision.
 *
 * @returns how many were looked at, and where to go on; null after the last delivery of the revision
 */
async function eraseSome(
  redaction: Revision,
  { revision, endpointId, attempt }: Next,
  limit: number,
): Promise<{ count: number; next: Next | null }> {
  const { eventId } = redaction;
  const marker = await readMarker(eventId, revision);
  if (!marker) return { count: 0, next: null };
  const { position } = marker;
  const redactedBy = takesDown(redaction, { revision }) ? redaction.revision : null;
  const found = await recipientsFrom(eventId, endpointId, limit + 1);
  const recipients = found.slice(0, limit);
  const unfinished = await inParallel(recipients, deliveriesAtOnce, async (recipient) => {
    if (recipient.firstPosition > position) return undefined;
    const delivery = { endpointId: recipient.endpointId, eventId, position, redactedBy };
    const last = await eraseDelivery(delivery, recipient.endpointId === endpointId ? attempt : undefined);
    return last === undefined ? undefined : { revision, endpointId: recipient.endpointId, attempt: last };
  });
  const [first] = unfinished.filter((one) => one !== undefined);
  const following = found[limit] && { revision, endpointId: found[limit].endpointId };
  return { count: recipients.length, next: first ?? following ?? null };
}

/**
 * Does a bounded part of the work from a place on. It goes through the revisions that stay too: they may have shown a
 * correction that was taken down.
 *
 * @returns where to go on; null at the end
 */
async function eraseFrom(redaction: Revision, from: Next): Promise<Next | null> {
  let next: Next | null = from;
  for (let left = deliveriesPerStep; left > 0 && next; ) {
    const { revision }: Next = next;
    const done = await eraseSome(redaction, next, left);
    // A delivery with so many attempts is work enough.
    if (done.next?.attempt !== undefined) return done.next;
    left -= Math.max(1, done.count);
    next = done.next ?? (revision + 1 < redaction.revision ? { revision: revision + 1 } : null);
  }
  return next;
}

/** Whether the log has no content any more of what a redaction takes down. */
async function isLogBlank(redaction: Revision): Promise<boolean> {
  const { eventId } = redaction;
  for (let next = takenDownFrom(redaction, 0); next !== null; ) {
    const some: number[] = [];
    for (; next !== null && some.length < revisionsAtOnce; next = takenDownFrom(redaction, next + 1)) some.push(next);
    const revisions = await inParallel(some, revisionsAtOnce, (revision) => readRevision(eventId, revision));
    if (revisions.some((revision) => revision?.redactedBy === undefined)) return false;
  }
  return true;
}

const after = (ms: number) => new Date(Date.now() + ms).toISOString();

/** Does the next step of a task. */
async function carryOut(queued: QueuedErasing, task: Erasing): Promise<void> {
  const { revision, stage } = task;
  const redaction = await readRevision(queued.eventId, revision);
  if (!redaction) throw new IncompleteRead(`Revision ${revision} of ${queued.eventId} is not visible yet.`);
  if (stage === 'erased') {
    if (!(await isLogBlank(redaction))) return continueErasing(queued, after(logCheckMs), task);
    return continueErasing(queued, after(lateWritersMs), { revision, stage: 'forgetting' });
  }
  const first = takenDownFrom(redaction, 0);
  const from = task.next ?? (first === null ? null : { revision: first });
  const next = from && (await eraseFrom(redaction, from));
  if (next) return continueErasing(queued, after(0), { revision, stage, next });
  logger.info('Erased', { eventId: queued.eventId, revision, stage });
  return stage === 'erasing' ? continueErasing(queued, after(0), { revision, stage: 'erased' }) : endErasing(queued);
}

/**
 * Does a bounded step to erase the traces of redactions from Subscribers: first what is there when fan-out passes the
 * redaction, and once more a quarter of an hour after the log has lost the content, what late writers have left. A task
 * that fails permanently is logged and attempted again later, and so holds up nothing else.
 *
 * @returns whether there may be more to do now
 */
export async function eraseTraces(): Promise<boolean> {
  const queued = await dueErasing(after(0));
  if (!queued) return false;
  try {
    const task = await readErasing(queued);
    if (!task) throw new IncompleteRead(`The erasing task of ${queued.eventId} is not visible yet.`);
    await carryOut(queued, task);
  } catch (error) {
    // Another instance is doing the task, and goes on with it.
    if (error instanceof ConcurrencyConflict) return false;
    if (!isFaultOfItem(error)) throw error;
    logger.error('The traces of a redaction cannot be erased.', { eventId: queued.eventId, error: error as Error });
    await continueErasing(queued, after(failedTaskMs));
  }
  return true;
}
