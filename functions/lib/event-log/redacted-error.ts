import { redactedError } from '../../../events/decisions/decide-redaction.ts';
import type { Redacted } from '../../../events/input/errors.ts';
import type { Revision } from '../../../events/revision.ts';
import { readRevision } from './log.ts';

/** The error for a revision without content: it has the note of the redaction, which is read unless it is at hand. */
export async function redactedErrorOf(revision: Revision): Promise<Redacted> {
  const { eventId, redactedBy } = revision;
  const redaction = redactedBy === undefined ? null : await readRevision(eventId, redactedBy);
  return redactedError(redaction ?? revision);
}
