import {
  decideRedaction,
  type Reach,
  type RedactCommand,
  reachOf,
} from '../../../events/decisions/decide-redaction.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import { noValues } from '../../../events/event-values.ts';
import type { Revision } from '../../../events/revision.ts';
import { append, latestReadable } from '../event-log/log.ts';
import { listedBy } from '../redactions/redaction-state.ts';
import { openRedaction } from '../redactions/redactions.ts';
import { count } from '../runtime/observability.ts';
import { retry } from '../runtime/retry.ts';
import { type InTurn, remainderOf } from './remainder.ts';

/** What is taken down, why, and by which newsroom; null for the operator. */
export type RedactionRequest = Omit<RedactCommand, 'kind' | 'standing'> & {
  readonly eventId: string;
  /** Whether the note may repeat what it takes down. */
  readonly confirmNote: boolean;
};

interface RedactOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly requestId: string;
  /** Asserts that the caller may take down an event. It is called with its latest revision. */
  readonly allowed?: (latest: Revision) => void;
  /** Does work that reads all revisions of an event. By default at once. */
  readonly inTurn?: InTurn;
}

const atOnce: InTurn = (work) => work();

/** A redaction in the log. */
interface Redacted {
  readonly revision: Revision;
  /** Whether this request wrote it. */
  readonly outcome: 'created' | 'replayed';
  /** What it takes down. Absent if it is replayed. */
  readonly reach?: Reach;
}

/** Another request has appended a revision of the same number between reading and writing. */
class RevisionTaken extends Error {
  override readonly name = 'RevisionTaken';
}

function replayed(revision: Revision): Redacted {
  count('EventsReplayed');
  return { revision, outcome: 'replayed' };
}

async function attempt(request: RedactionRequest, options: RedactOptions): Promise<Redacted> {
  const { now, requestId, allowed, inTurn = atOnce } = options;
  const { eventId, confirmNote, ...asked } = request;
  const command = { kind: 'redact', ...asked } as const;
  const latest = await latestReadable(eventId);
  if (latest) allowed?.(latest);
  const state = latest ? evolve(initialState, latest) : initialState;
  const decideWith = (standing: RedactCommand['standing']) =>
    decideRedaction({ ...command, ...(standing && { standing }) }, state, new Date(now).toISOString())[0];
  // First with nothing that stays: what is refused or replayed is known before all revisions are read.
  const redaction = decideWith({ revision: latest?.revision ?? 0, values: noValues });
  if (!redaction) return replayed(latest as Revision);
  const remainder = await remainderOf(redaction, confirmNote, inTurn);
  if (remainder && 'replayed' in remainder) return replayed(remainder.replayed);
  const revision = decideWith(remainder?.standing) as Revision;
  await openRedaction({ ...listedBy(revision), step: 'publish' });
  if (await append(revision, requestId)) {
    throw new RevisionTaken(`Another request appended revision ${revision.revision} of ${eventId}.`);
  }
  count('EventsRedacted');
  return { revision, outcome: 'created', reach: reachOf(latest as Revision, request.revisions) };
}

/**
 * Appends the redaction of an event, or of some of its revisions. It is opened before, so that it is carried out
 * whatever is interrupted. If another request has appended a revision meanwhile, it decides again. The same redaction
 * sent again is replayed.
 *
 * @throws {Error} the errors of `decideRedaction`, `remainderOf`, `allowed` and `inTurn`
 */
export function redact(request: RedactionRequest, options: RedactOptions): Promise<Redacted> {
  return retry(() => attempt(request, options), {
    maximumAttempts: 5,
    // The conflicting request has succeeded, so there is nothing to wait for.
    firstPauseMs: 0,
    isRetryable: (error) => error instanceof RevisionTaken,
  });
}
