import type { EventProjection } from '../../../events/timeline/projection.ts';
import { readEntry } from '../event-log/feed.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { advance } from '../timelines/advance.ts';
import { readCheckpoint, withErasing } from '../timelines/checkpoint.ts';
import { descriptionPuts } from '../timelines/descriptions.ts';
import { newTask, taskPut } from '../timelines/erasing-tasks.ts';
import { readHeads } from '../timelines/heads.ts';
import { firstParked, parkedAmong, releaseFacets, releasingItems } from '../timelines/parked.ts';
import type { Projection } from '../timelines/timelines-table.ts';
import { headsAfter } from './facet-heads.ts';
import { facetsTouched, projectionsOf } from './projections.ts';
import { writeProjection } from './write-projection.ts';

/** The projector may advance the checkpoint meanwhile. Then the entry is reprojected from the new checkpoint. */
const maximumAttempts = 10;

/** @returns whether there was a parked entry */
async function reprojectFirst(eventId: string, into: Projection): Promise<boolean> {
  const from = await readCheckpoint(into);
  const { generation } = from;
  const entriesOfEvent = (await parkedAmong(generation, [eventId])).get(eventId);
  const first = entriesOfEvent === undefined ? null : await firstParked(generation, eventId);
  if (!first || entriesOfEvent === undefined) return false;
  const entry = await readEntry(first.position);
  const [projection] = (await projectionsOf([entry])) as [EventProjection];
  await writeProjection(generation, projection);
  const heads = await readHeads(generation, facetsTouched(projection), 'consistent');
  const changed = await headsAfter(generation, [projection], heads);
  const isRedaction = entry.kind === 'redacted';
  const to = { ...from, parked: from.parked - 1, repairs: from.repairs + 1 };
  await advance(from, isRedaction ? withErasing(to, 1) : to, changed, into, [
    ...releasingItems(generation, first, entriesOfEvent),
    ...descriptionPuts(generation, changed.descriptions),
    ...(isRedaction ? [taskPut(generation, newTask(entry))] : []),
  ]);
  await releaseFacets(generation, first);
  return true;
}

/**
 * Projects the parked entries of an event again, in order, after the cause of their failure was fixed.
 *
 * @param into the timelines that readers see, or those of a rebuild
 * @throws {Error} when an entry still fails; it and those behind it stay parked
 */
export async function reproject(eventId: string, into: Projection = 'PROJECT'): Promise<void> {
  const options = { maximumAttempts, firstPauseMs: 0, isRetryable: isConditionFailure };
  while (await retry(() => reprojectFirst(eventId, into), options));
}
