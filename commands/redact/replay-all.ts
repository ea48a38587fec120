import { randomUUID } from 'node:crypto';
import { replayMoves } from '../../functions/lib/move/replay-moves.ts';
import type { ReplayedRedaction } from '../../functions/lib/redact/replay.ts';
import type { Terminal } from '../terminal/cli.ts';

const sentences: Readonly<Record<ReplayedRedaction['outcome'], string>> = {
  reopened: 'is in the log; its content is removed again.',
  appended: 'was appended again.',
  whole: 'was appended again, for the whole event: the revisions that were to stay are not in the log.',
  covered: 'is covered by another redaction of the event.',
  refused: 'is of an event that the log does not have. It is in its place, so that its id stays refused.',
  absent: 'is of an event that the log does not have. If its newsroom posts it again, take it down again.',
};

/**
 * Carries out again, in a log that was restored, what was taken down and which stories were moved, and prints it line
 * by line.
 *
 * @returns whether all of it is carried out
 */
export async function replayAll({ print }: Pick<Terminal, 'print'>): Promise<boolean> {
  const { replayRedactions } = await import('../../functions/lib/redact/replay.ts');
  let isWhole = true;
  let count = 0;
  for await (const { redaction, outcome } of replayRedactions(`replay-${randomUUID()}`)) {
    count += 1;
    if (outcome === 'absent') isWhole = false;
    print(`Redaction ${redaction.revision} of ${redaction.eventId} ${sentences[outcome]}`);
  }
  const moves = await replayMoves();
  print(`Redactions replayed: ${count}.`);
  if (moves > 0) print(`Moves of stories replayed: ${moves}.`);
  return isWhole;
}
