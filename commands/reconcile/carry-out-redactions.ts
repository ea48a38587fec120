import { hourMs } from '../../events/dates/durations.ts';

/** A redaction is done in about half an hour. */
const longestRedactionMs = 2 * hourMs;

/**
 * Whether a rebuild has not come to its end: it is in progress, or the timelines that it has replaced are still in the
 * table.
 */
async function isRebuildUnfinished(): Promise<boolean> {
  const { findRebuild } = await import('../../functions/lib/timelines/checkpoint.ts');
  const { retiredGenerations } = await import('../../functions/lib/timelines/generations.ts');
  return (await findRebuild()) !== null || (await retiredGenerations()).length > 0;
}

/**
 * Carries out redactions and moves of stories, and lists those that should be done by now.
 *
 * @param mayErase whether content may be removed: the log of a deployed system can be updated by its function alone,
 *   which runs every minute, and content is in the table of subscribers too
 * @returns a sentence for each that is late or cannot be read, and what they wait for
 */
export async function carryOutRedactions(mayErase: boolean): Promise<string[]> {
  const { allOpenRedactions } = await import('../../functions/lib/redactions/redactions.ts');
  if (mayErase) {
    const { eraseContent } = await import('../../functions/lib/erase/erase-content.ts');
    // The local distribution caches nothing.
    await eraseContent({ now: Date.now, hasTime: () => true, invalidate: async () => {} });
  }
  const late: string[] = [];
  try {
    for await (const { eventId, revision, step, requestedAt } of allOpenRedactions()) {
      if (Date.now() - Date.parse(requestedAt) < longestRedactionMs) continue;
      late.push(`redaction ${revision} of ${eventId} is not done since ${requestedAt}; its next step is: ${step}`);
    }
  } catch (error) {
    const { UnreadableItem } = await import('../../functions/lib/runtime/stored-item.ts');
    if (!(error instanceof UnreadableItem)) throw error;
    late.push(`a redaction cannot be carried out: ${error.message}`);
  }
  const { allMoves } = await import('../../functions/lib/redactions/moves.ts');
  for (const { to, step, requestedAt } of await allMoves()) {
    if (step === 'done' || Date.now() - Date.parse(requestedAt) < longestRedactionMs) continue;
    late.push(
      `the move of a story to ${to} is not done since ${requestedAt}; its next step is: ${step}. If the command was interrupted, run it again`,
    );
  }
  if (late.length > 0 && (await isRebuildUnfinished())) {
    late.push('a rebuild has not ended, and redactions wait for it: if it was interrupted, run npx timeline rebuild');
  }
  return late;
}
