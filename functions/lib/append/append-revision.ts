import { type Command, decide, digestOfCommand, evolve, initialState } from '../../../events/decide.ts';
import type { Revision } from '../../../events/revision.ts';
import { append, latestRevision, readRevision } from '../event-log/log.ts';
import { count } from '../runtime/observability.ts';

/** Between reading and writing another change can come in; then the command is decided anew. */
const tries = 5;

/** A revision as it stands in the log, and whether this request wrote it. */
export interface Appended {
  readonly revision: Revision;
  readonly outcome: 'created' | 'replayed';
}

/** What must be known of an event to decide a change of it: the revision after the one expected, and the latest. */
async function knownOf(eventId: string, expected: number | undefined): Promise<Revision[]> {
  const latest = await latestRevision(eventId);
  if (!latest) return [];
  const next =
    expected !== undefined && expected + 1 < latest.revision ? await readRevision(eventId, expected + 1) : null;
  return [...(next ? [next] : []), latest];
}

/**
 * Carries out a change of an event that may be there: reads what is needed, decides, and puts the next revision if its place
 * is still free. The same change again is a replay.
 *
 * @param now epoch milliseconds
 * @param allowed asserts that the event may be touched, as it stands and as it will stand
 * @throws what `decide` and `allowed` throw
 */
export async function change(
  eventId: string,
  command: Exclude<Command, { kind: 'record' }>,
  { now, requestId, allowed }: { now: number; requestId: string; allowed?: (revision: Revision) => void },
): Promise<Appended> {
  for (let attempt = 1; ; attempt++) {
    const known = await knownOf(eventId, command.expected);
    const [revision] = decide(command, known.reduce(evolve, initialState), now);
    if (!revision) {
      const digest = digestOfCommand(command);
      count('EventsReplayed');
      return { revision: known.find((one) => one.digest === digest) as Revision, outcome: 'replayed' };
    }
    for (const one of [...known.slice(-1), revision]) allowed?.(one);
    const stored = await append(revision, requestId);
    if (!stored) {
      count('EventsAppended');
      return { revision, outcome: 'created' };
    }
    if (attempt === tries) throw new Error(`Revision ${revision.revision} of ${eventId} was taken ${tries} times.`);
  }
}
