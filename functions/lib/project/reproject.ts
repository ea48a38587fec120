import type { EventProjection } from '../../../events/timeline/projection.ts';
import { eventsAt, readEntry } from '../event-log/feed.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { advance } from '../timelines/advance.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';
import { readHeads } from '../timelines/heads.ts';
import type { Projection } from '../timelines/timelines-table.ts';
import { headsAfter } from './facet-heads.ts';
import { facetsTouched, projectionsOf, writeProjection } from './projector.ts';

/** The projector may advance the checkpoint meanwhile. Then the entry is reprojected from the new checkpoint. */
const maximumAttempts = 10;

async function attemptReprojection(position: number, into: Projection): Promise<void> {
  const from = await readCheckpoint(into);
  if (!from.parked.includes(position)) return;
  const events = await eventsAt(from.parked);
  const first = Math.min(
    ...from.parked.filter((parkedPosition) => events.get(parkedPosition) === events.get(position)),
  );
  if (first < position) throw new Error(`The revision at position ${first} of the same event comes first.`);
  const [projection] = (await projectionsOf([await readEntry(position)])) as [EventProjection];
  await writeProjection(from.generation, projection);
  const heads = await readHeads(from.generation, facetsTouched(projection), true);
  const changed = await headsAfter(from.generation, [projection], heads);
  const parked = from.parked.filter((parkedPosition) => parkedPosition !== position);
  const to = { ...from, parked, repairs: from.repairs + 1, advancedAt: new Date().toISOString() };
  await advance(from, to, changed, into);
}

/**
 * Projects a parked entry again, after the cause of its failure was fixed.
 *
 * @param into the timelines that readers see, or those of a rebuild
 * @throws {Error} when the entry still fails; it stays parked, and the timelines do not change
 */
export async function reproject(position: number, into: Projection = 'PROJECT'): Promise<void> {
  await retry(() => attemptReprojection(position, into), {
    maximumAttempts,
    firstPauseMs: 0,
    isRetryable: isConditionFailure,
  });
}
