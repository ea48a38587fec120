import { storyFacet } from '../../../events/filters/facet-keys.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { projectionOf } from '../../../events/timeline/projection.ts';
import { feedAfter } from '../event-log/feed.ts';
import { revisionsOf, sequencedOf } from '../event-log/log.ts';
import type { FeedEntry } from '../event-log/log-items.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import { advance } from '../timelines/advance.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';
import { readHeads } from '../timelines/heads.ts';
import type { Projection } from '../timelines/timelines-table.ts';
import { headsAfter } from './facet-heads.ts';
import { noCards, writeProjection } from './projector.ts';

/** The projector may advance the checkpoint meanwhile. Then the entry is reprojected from the new checkpoint. */
const maximumAttempts = 10;

/** The projection of an event without the revisions at the positions in `parked`, while the timelines show it without `parkedNow`. */
function projectionWithout(
  revisions: readonly PublishedRevision[],
  parkedNow: readonly number[],
  parked: readonly number[],
) {
  const latest = revisions.at(-1) as PublishedRevision;
  if (latest.event.type === storyType) return { ...noCards, latest };
  const isShown = revisions.some(({ position }) => !parkedNow.includes(position));
  const before = isShown ? projectionOf(revisions, 0, new Set(parkedNow)).after : null;
  return { ...projectionOf(revisions, 0, new Set(parked)), before };
}

async function attemptReprojection(position: number, into: Projection): Promise<void> {
  const from = await readCheckpoint(into);
  if (!from.parked.includes(position)) return;
  const { entries } = await feedAfter(position - 1, 1, true);
  const entry = entries[0] as FeedEntry;
  const parked = from.parked.filter((parkedPosition) => parkedPosition !== position);
  const published = sequencedOf(await revisionsOf(entry.eventId, true));
  const revisions = published.filter((revision) => revision.position <= from.position);
  const projection = projectionWithout(revisions, from.parked, parked);
  await writeProjection(from.generation, projection);
  const facets = [...new Set([storyFacet(entry.event.subject), ...projection.touched.keys()])];
  const heads = await readHeads(from.generation, facets, true);
  const changed = await headsAfter(from.generation, [projection], heads);
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
