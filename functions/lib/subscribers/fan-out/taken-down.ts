import { takesDown } from '../../../../events/redaction.ts';
import type { PublishedRevision, RevisionReference } from '../../../../events/revision.ts';
import { readRevision } from '../../event-log/log.ts';
import { publishedAsOf } from '../../event-log/published.ts';
import { redactionsInProgress } from './erasing-tasks.ts';
import type { FanOutCheckpoint } from './fan-out-checkpoint.ts';

/**
 * Whether a redaction that fan-out has passed takes down a revision, although the log may still have its content. Later
 * the revision itself says so.
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

/**
 * A revision without the note of a correction before it, if a redaction that fan-out has passed takes that down. The
 * log loses it when it is blanked.
 *
 * @param checkpoint as above
 */
export async function withoutTakenDownNote(
  revision: PublishedRevision,
  checkpoint: Pick<FanOutCheckpoint, 'erasing'>,
): Promise<PublishedRevision> {
  const { correction, ...rest } = revision;
  if (!correction || checkpoint.erasing === 0) return revision;
  const corrected = await publishedAsOf(revision.eventId, correction.at);
  if (!corrected) return revision;
  return corrected.redactedBy !== undefined || (await isBeingTakenDown(corrected, checkpoint)) ? rest : revision;
}
