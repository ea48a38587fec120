import { takesDown } from '../../../../events/redaction.ts';
import type { RevisionReference } from '../../../../events/revision.ts';
import { readRevision } from '../../event-log/log.ts';
import { redactionsInProgress } from './erasing.ts';
import type { FanOutCheckpoint } from './fan-out-checkpoint.ts';

/**
 * Whether a redaction that fan-out has passed takes down a revision, although the log may still have its content. Later the revision
 * itself says so.
 *
 * @param checkpoint the checkpoint of fan-out. If no redaction is in progress, nothing is read
 */
export async function isBeingTakenDown(
  { eventId, revision }: RevisionReference,
  { erasing }: Pick<FanOutCheckpoint, 'erasing'>,
): Promise<boolean> {
  if (erasing === 0) return false;
  const numbers = await redactionsInProgress(eventId);
  const redactions = await Promise.all(numbers.map((number) => readRevision(eventId, number)));
  return redactions.some((redaction) => redaction !== null && takesDown(redaction, { revision }));
}
