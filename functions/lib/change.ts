import { type Command, decide, type EventState, evolve, initialState } from '../../events/decide.ts';
import type { Revision } from '../../events/revision.ts';
import { append, latestRevision, oneRevision } from './event-log.ts';
import { count } from './observability.ts';

/** Between reading and writing another change can come in; then the command is decided anew. */
const tries = 5;

/** A revision as it stands in the log, and whether this request wrote it. */
export interface Appended {
  readonly revision: Revision;
  readonly outcome: 'created' | 'replayed';
}

/** What must be known of an event to decide a change of it: its latest revision, and the one after the one expected. */
async function stateOf(eventId: string, expected: number | undefined): Promise<EventState> {
  const latest = await latestRevision(eventId);
  if (!latest) return initialState;
  const next =
    expected !== undefined && expected + 1 < latest.revision ? await oneRevision(eventId, expected + 1) : null;
  return [...(next ? [next] : []), latest].reduce(evolve, initialState);
}

/** The revision that an earlier try of the same command wrote. */
async function revisionWritten(eventId: string, state: EventState, expected: number | undefined): Promise<Revision> {
  const latest = state.latest as Revision;
  if (expected === undefined || expected + 1 >= latest.revision) return latest;
  return (await oneRevision(eventId, expected + 1)) as Revision;
}

/**
 * Carries out a change of an event that may be there: reads what is needed, decides, and puts the next revision if its place
 * is still free. The same change again is a replay.
 *
 * @param now epoch milliseconds
 * @throws what `decide` throws
 */
export async function change(
  eventId: string,
  command: Exclude<Command, { kind: 'record' }>,
  { now, requestId, allowed }: { now: number; requestId: string; allowed?: (revision: Revision) => void },
): Promise<Appended> {
  for (let attempt = 1; ; attempt++) {
    const state = await stateOf(eventId, command.expected);
    const [revision] = decide(command, state, now);
    if (!revision) {
      count('EventsReplayed');
      return { revision: await revisionWritten(eventId, state, command.expected), outcome: 'replayed' };
    }
    allowed?.(revision);
    const stored = await append(revision, requestId);
    if (!stored) {
      count('EventsAppended');
      return { revision, outcome: 'created' };
    }
    if (attempt === tries) throw new Error(`Revision ${revision.revision} of ${eventId} was taken ${tries} times.`);
  }
}
