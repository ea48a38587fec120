import { decide } from '../../../events/decisions/decide.ts';
import { redactedError } from '../../../events/decisions/decide-redaction.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { Conflict } from '../../../events/input/errors.ts';
import { isRedacted, takesDown } from '../../../events/redaction.ts';
import type { Revision, RevisionReference } from '../../../events/revision.ts';
import { append, latestRevision } from '../event-log/log.ts';
import { redactedErrorOf } from '../event-log/redacted-error.ts';
import { isWithinStories } from '../http/key-stories.ts';
import type { Caller, KeyedRequest } from '../http/request.ts';
import { count } from '../runtime/observability.ts';
import type { Appended } from './append-revision.ts';
import { areRedactionsInProgress } from './contributors.ts';

/** What recording an event takes from its request. */
export interface RecordRequest extends Pick<KeyedRequest, 'now' | 'requestId'> {
  readonly caller: Pick<Caller, 'newsroom' | 'stories'>;
}

/**
 * Asserts that the content of a stored event is not being taken down. Later the event itself says so; until then only
 * its latest revision does, which is read for nothing but this.
 *
 * @returns the latest revision; null if it is not visible
 * @throws {Redacted} if the latest revision takes it down
 */
export async function assertNotTakenDown(stored: Revision): Promise<Revision | null> {
  const latest = await latestRevision(stored.eventId);
  if (!latest) return null;
  if (isRedacted(latest)) throw await redactedErrorOf(latest);
  if (takesDown(latest, stored)) throw redactedError(latest);
  return latest;
}

/**
 * Asserts that what is stored under the id of an event is the same event.
 *
 * @throws {Conflict} if it has other content
 * @throws {Redacted} if it was taken down
 */
export async function assertSame(
  event: CloudEvent,
  stored: Revision,
  { caller, now }: Pick<RecordRequest, 'caller' | 'now'>,
): Promise<void> {
  if (isRedacted(stored)) throw await redactedErrorOf(stored);
  try {
    decide({ kind: 'record', event, newsroom: caller.newsroom }, evolve(initialState, stored), now);
  } catch (error) {
    count('AppendConflicts');
    if (!(error instanceof Conflict)) throw error;
    // The content of an event that is being taken down is shown to nobody, also before it is gone.
    const latest = await assertNotTakenDown(stored);
    // A redaction before the latest revision may be taking it down.
    const isShown = latest?.carried?.removed === undefined && isWithinStories(caller, stored.event);
    throw isShown ? error : new Conflict(error.message);
  }
  // A replay costs no read, but while content is being taken down.
  if (areRedactionsInProgress()) await assertNotTakenDown(stored);
}

/**
 * Records an event, or finds it recorded already, in one conditional put.
 *
 * @throws {Conflict} if another event with other content has its id
 * @throws {Redacted} if the event of its id was taken down
 */
export async function recordEvent(
  event: CloudEvent,
  follows: RevisionReference | null,
  request: RecordRequest,
): Promise<Appended> {
  const { caller, now, requestId } = request;
  const command = { kind: 'record', event, newsroom: caller.newsroom, ...(follows && { follows }) } as const;
  const [revision] = decide(command, initialState, now);
  if (!revision) throw new TypeError('A first revision is always decided.');
  const stored = await append(revision, requestId);
  if (!stored) {
    count('EventsAppended');
    return { revision, outcome: 'created' };
  }
  await assertSame(event, stored, request);
  count('EventsReplayed');
  return { revision: stored, outcome: 'replayed' };
}
