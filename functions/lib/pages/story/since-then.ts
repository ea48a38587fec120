import type { CorrectionLine } from '../../../../events/timeline/correction.ts';
import type { Snapshot } from '../../read/cards/snapshot.ts';
import { type AddedSince, readAddedSince } from '../../read/publications/added-since.ts';
import type { TimelineWalk } from '../../read/timeline/timeline-walk.ts';
import { readCorrections } from '../../timelines/corrections.ts';

/** So many of the corrections after an instant are looked at. */
const correctionsLookedAt = 500;

/** The latest correction of each event of a story after an instant (RFC 3339), by event. */
export async function changesSince(
  facet: string,
  { checkpoint, moment, consistency }: Snapshot,
  asOf: string,
): Promise<Map<string, CorrectionLine>> {
  const range = { first: `${asOf}~`, last: moment };
  const { lines } = await readCorrections(checkpoint.generation, [facet], range, correctionsLookedAt, consistency);
  const changes = new Map<string, CorrectionLine>();
  for (const { text } of lines) {
    const line: CorrectionLine = JSON.parse(text);
    if (!changes.has(line.id)) changes.set(line.id, line);
  }
  return changes;
}

/**
 * How much has been added after an instant to what a walk asks for.
 *
 * @param now the snapshot of the story as it is now
 * @param asOf RFC 3339
 */
export async function addedSince(
  { removals, page }: Pick<TimelineWalk, 'removals' | 'page'>,
  { checkpoint, moment, consistency }: Snapshot,
  asOf: string,
): Promise<AddedSince> {
  // Nothing can match.
  if (!removals || !page) return { count: 0, isComplete: true };
  const asOfNow = { ...page, generation: checkpoint.generation, asOf: moment, consistency };
  return readAddedSince({ ...removals, page: asOfNow }, asOf);
}
