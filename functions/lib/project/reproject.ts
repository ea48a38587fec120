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

/** The projection of what comes in meanwhile may overtake it; then it begins anew. */
const maximumAttempts = 10;

/** What the timelines show of an event, and what they will show once only the positions in `parked` stay out. */
function projectionWithout(
  revisions: readonly PublishedRevision[],
  shown: readonly number[],
  parked: readonly number[],
) {
  const latest = revisions.at(-1) as PublishedRevision;
  if (latest.event.type === storyType) return { ...noCards, latest };
  const isShown = revisions.some(({ position }) => !shown.includes(position));
  const before = isShown ? projectionOf(revisions, 0, new Set(shown)).after : null;
  return { ...projectionOf(revisions, 0, new Set(parked)), before };
}

async function takeBack(position: number, into: Projection): Promise<void> {
  const from = await readCheckpoint(into);
  if (!from.parked.includes(position)) return;
  const { entries } = await feedAfter(position - 1, 1, true);
  const entry = entries[0] as FeedEntry;
  const parked = from.parked.filter((other) => other !== position);
  const placed = sequencedOf(await revisionsOf(entry.eventId, true));
  const revisions = placed.filter((revision) => revision.position <= from.position);
  const projection = projectionWithout(revisions, from.parked, parked);
  await writeProjection(from.generation, projection);
  const facets = [...new Set([storyFacet(entry.event.subject), ...projection.touched.keys()])];
  const heads = await readHeads(from.generation, facets, true);
  const changed = await headsAfter(from.generation, [projection], heads);
  const to = { ...from, parked, mended: from.mended + 1, advancedAt: new Date().toISOString() };
  await advance(from, to, changed, into);
}

/**
 * Takes an entry that was put aside into the timelines, now that its cause is mended.
 *
 * @param into the timelines that readers see, or those that are to take their place
 * @throws what made it fail, if it still does; the timelines then show what they showed
 */
export async function reproject(position: number, into: Projection = 'PROJECT'): Promise<void> {
  await retry(() => takeBack(position, into), { maximumAttempts, firstPauseMs: 0, isRetryable: isConditionFailure });
}
