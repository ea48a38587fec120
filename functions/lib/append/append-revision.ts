import { type Command, decide, digestOfCommand } from '../../../events/decisions/decide.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import { takesDown } from '../../../events/redaction.ts';
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
  /**
   * Asserts that the caller may see and write a revision. It is called with those that the decision reads, and with the
   * new one.
   */
  readonly allowed?: (revision: Revision) => void;
  /** Asserts that the caller may append the new revision after the latest one. */
  readonly mayFollow?: (latest: Revision | undefined, revision: Revision) => Promise<void>;
}

/** Another request has appended a revision of the same number between reading and writing. */
class RevisionTaken extends Error {
  override readonly name = 'RevisionTaken';
}

/**
 * The revisions that a decision needs: the one after the expected revision, which is the same for a retry, and the
 * latest. The content of one that is being taken down is shown to nobody, so that it counts as gone already.
 */
async function knownRevisions(eventId: string, expected: number | undefined): Promise<Revision[]> {
  const latest = await latestRevision(eventId);
  if (!latest) return [];
  const next =
    expected !== undefined && expected + 1 < latest.revision ? await readRevision(eventId, expected + 1) : null;
  return [...(next && !takesDown(latest, next) ? [next] : []), latest];
}

async function attemptChange(eventId: string, command: ChangeCommand, options: ChangeOptions): Promise<Appended> {
  const known = await knownRevisions(eventId, 'expected' in command ? command.expected : undefined);
  for (const revision of known) options.allowed?.(revision);
  const [revision] = decide(command, known.reduce(evolve, initialState), options.now);
  if (!revision) {
    const digest = digestOfCommand(command);
    count('EventsReplayed');
    // What has no content of its own, such as a withdrawal, may have been done by an earlier revision than those that
    // were read.
    const stored = known.find((candidate) => candidate.digest === digest) ?? known.at(-1);
    return { revision: stored as Revision, outcome: 'replayed' };
  }
  options.allowed?.(revision);
  await options.mayFollow?.(known.at(-1), revision);
  const stored = await append(revision, options.requestId);
  if (stored) throw new RevisionTaken(`Another request appended revision ${revision.revision} of ${eventId}.`);
  count('EventsAppended');
  return { revision, outcome: 'created' };
}

/**
 * Appends the next revision of an event or a story. It reads the revisions that the decision needs, decides, and puts
 * the revision. If another request has appended one meanwhile, it decides again. The same change sent again is
 * replayed.
 *
 * @throws {Error} the errors of `decide` and `allowed`
 */
export function appendRevision(eventId: string, command: ChangeCommand, options: ChangeOptions): Promise<Appended> {
  return retry(() => attemptChange(eventId, command, options), {
    maximumAttempts: 5,
    // The conflicting request has succeeded, so there is nothing to wait for.
    firstPauseMs: 0,
    isRetryable: (error) => error instanceof RevisionTaken,
  });
}
