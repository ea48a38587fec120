import { storiesOf } from '../../../events/filters/stories-of.ts';
import type { HeldEvent } from '../../../events/held-event.ts';
import { Conflict, Forbidden, Redacted } from '../../../events/input/errors.ts';
import type { RevisionReference } from '../../../events/revision.ts';
import type { Appended } from '../append/append-revision.ts';
import { assertMayAdd } from '../append/contributors.ts';
import { type RecordRequest, recordEvent } from '../append/record-event.ts';
import { readRevision } from '../event-log/log.ts';
import { HeldEventChanged, writeHeld } from '../held-events/write-held.ts';
import { count } from '../runtime/observability.ts';
import { changeHeld } from './change-held.ts';

type Request = Pick<RecordRequest, 'now' | 'requestId'>;

/**
 * Asserts that no owner of a story has closed it since. A run that was killed, or runs beside this one, may have
 * recorded it before.
 */
async function assertMayPublish({ event, newsroom, eventId }: HeldEvent, now: number): Promise<void> {
  if (await readRevision(eventId, 0)) return;
  try {
    await assertMayAdd(newsroom, storiesOf(event), now);
  } catch (error) {
    if (!(await readRevision(eventId, 0))) throw error;
  }
}

async function record(held: HeldEvent, follows: RevisionReference | null, request: Request): Promise<Appended> {
  const { event, newsroom } = held;
  await assertMayPublish(held, request.now);
  return recordEvent(event, follows, { ...request, caller: { newsroom, stories: [] } });
}

async function keepConflict(
  { newsroom, eventId, version }: HeldEvent,
  error: Conflict | Forbidden,
  now: number,
): Promise<void> {
  const reason = error instanceof Conflict ? 'taken' : 'story-closed';
  const command = { kind: 'refuse', reason, detail: error.message, refused: version } as const;
  const { before, after } = await changeHeld({ newsroom, eventId, command, now });
  if (after !== before) count('HeldEventConflicts');
}

/** Another run may have done the same meanwhile, or have refused it just before it was recorded. */
async function stopHolding(held: HeldEvent, now: number): Promise<void> {
  try {
    await writeHeld(held, null);
  } catch (error) {
    if (!(error instanceof HeldEventChanged)) throw error;
    const { newsroom, eventId, digest } = held;
    await changeHeld({ newsroom, eventId, command: { kind: 'settle', digest }, now });
  }
}

/**
 * Records a held event of which the publication has begun, and then stops holding it. Killed anywhere, it may be done
 * again.
 *
 * @param follows the event after which it is published
 * @throws {Conflict} if its id is taken, and {Forbidden} if a story is closed to its newsroom: it stays, with the
 *   conflict
 * @throws {Redacted} if the event of its id was taken down: its content is removed here too
 */
export async function publishHeld(
  held: HeldEvent,
  follows: RevisionReference | null,
  request: Request,
): Promise<Appended> {
  try {
    const appended = await record(held, follows, request);
    await stopHolding(held, request.now);
    count('HeldEventsPublished');
    return appended;
  } catch (error) {
    if (error instanceof Conflict || error instanceof Forbidden) await keepConflict(held, error, request.now);
    if (error instanceof Redacted) await stopHolding(held, request.now);
    throw error;
  }
}
