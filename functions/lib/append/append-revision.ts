import { type Command, decide, digestOfCommand, evolve, initialState } from '../../../events/decide.ts';
import type { Revision } from '../../../events/revision.ts';
import { append, latestRevision, readRevision } from '../event-log/log.ts';
import { count } from '../runtime/observability.ts';
import { retry } from '../runtime/retry.ts';

/** A revision in the log, and whether this request wrote it. */
export interface Appended {
  readonly revision: Revision;
  readonly outcome: 'created' | 'replayed';
}

type ChangeCommand = Exclude<Command, { kind: 'record' }>;

interface ChangeOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly requestId: string;
  /** Asserts that the caller may touch the event, before the change and after it. */
  readonly allowed?: (revision: Revision) => void;
}

/** Another request has appended the same revision between reading and writing. */
class RevisionTaken extends Error {
  override readonly name = 'RevisionTaken';
}

/** What a decision needs to know of an event: the revision after the expected one, and the latest. */
async function knownRevisions(eventId: string, expected: number | undefined): Promise<Revision[]> {
  const latest = await latestRevision(eventId);
  if (!latest) return [];
  const next =
    expected !== undefined && expected + 1 < latest.revision ? await readRevision(eventId, expected + 1) : null;
  return [...(next ? [next] : []), latest];
}

async function attemptChange(eventId: string, command: ChangeCommand, options: ChangeOptions): Promise<Appended> {
  const known = await knownRevisions(eventId, command.expected);
  const [revision] = decide(command, known.reduce(evolve, initialState), options.now);
  if (!revision) {
    const digest = digestOfCommand(command);
    count('EventsReplayed');
    return { revision: known.find((one) => one.digest === digest) as Revision, outcome: 'replayed' };
  }
  for (const one of [...known.slice(-1), revision]) options.allowed?.(one);
  const stored = await append(revision, options.requestId);
  if (stored) throw new RevisionTaken(`Another request appended revision ${revision.revision} of ${eventId}.`);
  count('EventsAppended');
  return { revision, outcome: 'created' };
}

/**
 * Appends the next revision of an event or a story: reads what the decision needs, decides, and puts the revision if no other request has. If one has,
 * the change is decided again. The same change sent again is a replay.
 *
 * @throws what `decide` and `allowed` throw
 */
export function appendRevision(eventId: string, command: ChangeCommand, options: ChangeOptions): Promise<Appended> {
  return retry(() => attemptChange(eventId, command, options), {
    maximumAttempts: 5,
    // Of requests that meet, one has succeeded: the next attempt need not wait.
    firstPauseMs: 0,
    isRetryable: (error) => error instanceof RevisionTaken,
  });
}
