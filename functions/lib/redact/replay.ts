import { redactionOfLost } from '../../../events/decisions/decide-redaction.ts';
import { InvalidInput, NotFound, NotPublishedYet, Redacted, StateConflict } from '../../../events/input/errors.ts';
import { isRedacted } from '../../../events/redaction.ts';
import type { Revision } from '../../../events/revision.ts';
import { append, latestRevision, readRevision } from '../event-log/log.ts';
import { type ListedRedaction, listedBy } from '../redactions/redaction-state.ts';
import { allListedRedactions, allOpenRedactions, closeRedaction, openRedaction } from '../redactions/redactions.ts';
import { redact } from './redact.ts';

/** What became of a redaction in a log that was restored. */
export interface ReplayedRedaction {
  readonly redaction: ListedRedaction;
  /**
   * `reopened`: the log has it, and its content is removed again. `appended`: it was appended again. `whole`: likewise,
   * and took down the whole event, since the revisions that were to stay are lost. `covered`: a later one takes down
   * the same. `refused`: the log does not have the event, and its id is refused from now on. `absent`: likewise, but an
   * earlier release did not store what that needs.
   */
  readonly outcome: 'reopened' | 'appended' | 'whole' | 'covered' | 'refused' | 'absent';
}

const lostNote = 'The note of this redaction was taken down.';

/**
 * Whether the log has a redaction. The instant of the request identifies it, also if it was appended again under
 * another number.
 */
async function isInLog({ eventId, revision, requestedAt }: ListedRedaction): Promise<boolean> {
  const logged = await readRevision(eventId, revision);
  return logged?.redaction !== undefined && logged.recordedAt === requestedAt;
}

/**
 * Puts a redaction into the log that nothing says any more: in the place of its event, which the log does not have, so
 * that nobody can post it again; or after revisions whose content it has taken down.
 */
async function appendLost(
  redaction: ListedRedaction,
  latest: Revision | null,
  requestId: string,
): Promise<ReplayedRedaction['outcome']> {
  const { note = lostNote, requestedAt, newsroom, revisions } = redaction;
  const story = redaction.story ?? latest?.event.subject;
  if (story === undefined) return 'absent';
  const revision = {
    ...redactionOfLost({ ...redaction, story, note, newsroom: latest?.newsroom ?? newsroom }, requestedAt),
    revision: latest ? latest.revision + 1 : 0,
  };
  await openRedaction({ ...listedBy(revision), step: 'publish' });
  // Its newsroom posts at this moment. Then the event is there.
  if (await append(revision, requestId)) return appendAgain(redaction, requestId);
  if (latest === null) return 'refused';
  return revisions ? 'whole' : 'appended';
}

/** Whether a revision without content has the redaction that says why, or is one. */
async function isExplained({ eventId, redaction, redactedBy }: Revision): Promise<boolean> {
  if (redaction !== undefined || redactedBy === undefined) return true;
  return (await readRevision(eventId, redactedBy)) !== null;
}

/** Appends a redaction again, with the time of its request. */
async function appendAgain(redaction: ListedRedaction, requestId: string): Promise<ReplayedRedaction['outcome']> {
  const { eventId, reason, revisions, by, newsroom, note = lostNote, requestedAt } = redaction;
  const request = { eventId, reason, note, newsroom: by === 'operator' ? null : newsroom, confirmNote: true };
  const options = { now: Date.parse(requestedAt), requestId };
  const latest = await latestRevision(eventId);
  if (!latest) return appendLost(redaction, null, requestId);
  if (isRedacted(latest)) return (await isExplained(latest)) ? 'covered' : appendLost(redaction, latest, requestId);
  try {
    await redact({ ...request, ...(revisions && { revisions }) }, options);
    return 'appended';
  } catch (error) {
    if (error instanceof Redacted) return 'covered';
    if (!revisions || !(error instanceof InvalidInput || error instanceof StateConflict)) throw error;
    await redact(request, options);
    return 'whole';
  }
}

async function replayOne(
  redaction: ListedRedaction,
  others: readonly ListedRedaction[],
  requestId: string,
): Promise<ReplayedRedaction['outcome']> {
  if (await isInLog(redaction)) {
    await openRedaction({ ...redaction, step: 'publish' });
    return 'reopened';
  }
  const same = others.filter((other) => other !== redaction && other.requestedAt === redaction.requestedAt);
  for (const other of same) if (await isInLog(other)) return 'covered';
  try {
    return await appendAgain(redaction, requestId);
  } catch (error) {
    if (error instanceof NotFound && !(error instanceof NotPublishedYet)) return 'absent';
    throw error;
  }
}

/**
 * Carries out again, in a log that was restored, all redactions that the list has: the log may have been restored to a
 * time before them. It can be run again at any time.
 */
export async function* replayRedactions(requestId: string): AsyncGenerator<ReplayedRedaction> {
  const byEvent = new Map<string, ListedRedaction[]>();
  const add = (redaction: ListedRedaction) => {
    const known = byEvent.get(redaction.eventId) ?? [];
    if (known.some(({ revision }) => revision === redaction.revision)) return;
    byEvent.set(redaction.eventId, [...known, redaction]);
  };
  for await (const redaction of allListedRedactions()) add(redaction);
  for await (const { step, position, next, blankedAt, invalidatedAt, ...redaction } of allOpenRedactions())
    add(redaction);
  for (const ofEvent of byEvent.values()) {
    const inOrder = ofEvent.toSorted((one, other) => one.requestedAt.localeCompare(other.requestedAt));
    for (const redaction of inOrder) {
      const outcome = await replayOne(redaction, inOrder, requestId);
      // What is open under a number that is lost would wait for ever.
      if (outcome !== 'reopened' && !(await isInLog(redaction))) await closeRedaction(redaction);
      yield { redaction, outcome };
    }
  }
}
