import { decide } from '../../../events/decisions/decide.ts';
import { evolve, initialState } from '../../../events/decisions/event-state.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { isRedacted } from '../../../events/redaction.ts';
import { storyIn, storySource } from '../../../events/story.ts';
import type { StoredMove } from '../redactions/moves.ts';

/** Puts a move on the record again, if the log has lost it. */
async function announceAgain({ id, to, note, reason, newsroom, requestedAt }: StoredMove): Promise<void> {
  const { append, revisionsOf } = await import('../event-log/log.ts');
  let state = initialState;
  for await (const revision of revisionsOf(eventIdOf(storySource, to))) {
    if (revision.redaction?.slug && revision.recordedAt === requestedAt) return;
    state = evolve(state, revision);
  }
  const { latest } = state;
  const description = latest && !isRedacted(latest) ? storyIn(latest.event) : { title: to };
  const command = { kind: 'move', story: to, note, reason, newsroom, description } as const;
  for (const revision of decide(command, state, Date.parse(requestedAt))) await append(revision, `replay-${id}`);
}

/**
 * Carries out again, in a log that was restored and that nobody writes to, all moves of stories to other slugs. It can
 * be run again.
 *
 * @returns how many there are
 */
export async function replayMoves(): Promise<number> {
  const { allMoves } = await import('../redactions/moves.ts');
  const { renameInRestoredLog } = await import('../erase/move-stories.ts');
  for (const move of await allMoves()) await announceAgain(move);
  return renameInRestoredLog();
}
