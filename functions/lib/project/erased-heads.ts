import type { Place } from '../../../events/revision.ts';
import { inParallel } from '../runtime/concurrency.ts';
import type { HeadChanges } from '../timelines/advance.ts';
import type { ErasingTask } from '../timelines/erasing-tasks.ts';
import { type FacetHead, readHeads } from '../timelines/heads.ts';
import { hasPastCards, lastChangeByOthers } from '../timelines/last-change.ts';

const facetsAtOnce = 8;

/** The last change of a facet without the revisions that were taken down; null if it is not known. */
async function lastChangeOf(generation: string, facet: string, eventId: string, own: Place | undefined) {
  const others = await lastChangeByOthers(generation, facet, eventId);
  if (others === undefined) return null;
  return own && own.position > (others?.position ?? 0) ? own : others;
}

/**
 * The heads of facets after the content of an event was removed. A head exists because of it alone if its facet has no
 * entry and never had another one: its key is a name, and it is removed. Another head must not tell when a revision was
 * published that was taken down.
 */
export async function headsWithout(
  generation: string,
  { eventId, positions }: ErasingTask,
  facets: ErasingTask['facets'],
): Promise<HeadChanges> {
  const names = facets.map(({ facet }) => facet);
  const replaced = await readHeads(generation, names, 'consistent');
  const heads: FacetHead[] = [];
  const removed: FacetHead[] = [];
  await inParallel(facets, facetsAtOnce, async ({ facet, own }) => {
    const head = replaced.get(facet);
    if (!head) return;
    if (head.entries === 0 && !(await hasPastCards(generation, facet))) removed.push(head);
    else if (positions.includes(head.position)) {
      const last = await lastChangeOf(generation, facet, eventId, own);
      if (last) heads.push({ ...head, position: last.position, updatedAt: last.publishedAt });
    }
  });
  return { heads, replaced, removed };
}
