import { dayOffsetMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { storyFacet } from '../../../events/filters/facet-keys.ts';
import type { Place, PublishedRevision } from '../../../events/revision.ts';
import type { Card } from '../../../events/timeline/card.ts';
import type { EventProjection } from '../../../events/timeline/projection.ts';
import { type StoryState, type StoryStep, storyAfter } from '../../../events/timeline/story-state.ts';
import { type Description, descriptionAt } from '../timelines/descriptions.ts';
import type { FacetHead } from '../timelines/heads.ts';
import { earlier, firstDay, lastDay, later, readFirstDay, readLastDay } from './facet-date-bounds.ts';

/** The changes of a chunk to one facet. */
interface ChangedFacet {
  readonly facet: string;
  /** The current cards before the chunk, of the events that it changes. */
  readonly before: Card[];
  /** The cards that the chunk replaced: those in `before`, and those that were current for a part of the chunk only. */
  readonly superseded: Card[];
  /** The current cards after the chunk, of the same events. */
  readonly after: Card[];
  /** The last revision that changed something in the facet. */
  latest: PublishedRevision;
}

function changedFacets(projections: readonly EventProjection[]): ChangedFacet[] {
  const changed = new Map<string, ChangedFacet>();
  for (const { before, past, cards, touched } of projections) {
    for (const [facet, latest] of touched) {
      const changedFacet = changed.get(facet) ?? { facet, before: [], superseded: [], after: [], latest };
      if (latest.position > changedFacet.latest.position) changedFacet.latest = latest;
      if (before?.facets.includes(facet)) changedFacet.before.push(before);
      changed.set(facet, changedFacet);
    }
    for (const { facet, card } of past) changed.get(facet)?.superseded.push(card);
    for (const { facet, card } of cards) changed.get(facet)?.after.push(card);
  }
  return [...changed.values()];
}

const earliestOf = (known: string | null, day: string | null) => (day === null ? known : earlier(known, day));
const latestOf = (known: string | null, day: string | null) => (day === null ? known : later(known, day));

/** The range of day offsets, widened by these cards. It never narrows, since past cards can still be read. */
function dayOffsetsOf(old: FacetHead | undefined, cards: readonly Card[]): FacetHead['dayOffsets'] {
  const offsets = cards.flatMap(({ spanClass, extent }) => (spanClass === 'd' ? (dayOffsetMs(extent) ?? []) : []));
  const all = [...(old?.dayOffsets ? [old.dayOffsets.from, old.dayOffsets.to] : []), ...offsets];
  return all.length > 0 ? { from: Math.min(...all), to: Math.max(...all) } : undefined;
}

/** A parked revision that is reprojected can be older than the last change of the facet. */
function newestOf(
  old: FacetHead | undefined,
  { position, publishedAt }: Place,
): Pick<FacetHead, 'position' | 'updatedAt'> {
  if (old && old.position > position) return { position: old.position, updatedAt: old.updatedAt };
  return { position, updatedAt: publishedAt };
}

async function headOf(
  generation: string,
  { facet, before, superseded, after, latest }: ChangedFacet,
  old: FacetHead | undefined,
): Promise<FacetHead> {
  const classes: Partial<Record<SpanClass, number>> = { ...old?.classes };
  const add = (spanClass: SpanClass, by: number) => {
    classes[spanClass] = (classes[spanClass] ?? 0) + by;
  };
  for (const { spanClass } of superseded) add(spanClass, 0);
  for (const { spanClass } of before) add(spanClass, -1);
  for (const { spanClass } of after) add(spanClass, 1);
  const inUse = Object.keys(classes) as SpanClass[];
  const dayOffsets = dayOffsetsOf(old, [...superseded, ...after]);
  const firstAdded = after.map(({ extent }) => firstDay(extent)).reduce(earlier, null as string | null);
  const lastAdded = after.map(({ extent }) => lastDay(extent)).reduce(later, null as string | null);
  // The first or last day must be read again if the card that had it was replaced and no new card has that day or lies beyond
  // it. A card that was current for a part of the chunk only counts too: another instance may have written it, read the days
  // with it, and failed later.
  const firstIsGone =
    superseded.some(({ extent }) => firstDay(extent) === old?.first) &&
    !(firstAdded && firstAdded <= (old?.first ?? ''));
  const lastIsGone =
    superseded.some(({ extent }) => lastDay(extent) === old?.last) && !(lastAdded && lastAdded >= (old?.last ?? ''));
  return {
    ...(old?.owner && { owner: old.owner }),
    ...(old?.story && { story: old.story }),
    facet,
    entries: (old?.entries ?? 0) + after.length - before.length,
    classes,
    ...(dayOffsets && { dayOffsets }),
    first: firstIsGone
      ? await readFirstDay(generation, facet, inUse, dayOffsets)
      : earliestOf(old?.first ?? null, firstAdded),
    last: lastIsGone ? await readLastDay(generation, facet, inUse, dayOffsets) : latestOf(old?.last ?? null, lastAdded),
    ...newestOf(old, latest),
  };
}

/** The stories of a chunk, and what its revisions do to each of them, in order. */
function stepsByStory(projections: readonly EventProjection[]): Map<string, StoryStep[]> {
  const steps = projections.flatMap(({ storySteps }) => storySteps);
  steps.sort((one, other) => one.position - other.position);
  return Map.groupBy(steps, ({ story }) => story);
}

/** The head of a facet without entries. */
const emptyHead = (facet: string) => ({ facet, entries: 0, classes: {}, first: null, last: null });

const stateOf = (head: FacetHead | undefined): StoryState => ({
  owner: head?.owner ?? null,
  described: head?.story ?? null,
  entries: head?.entries ?? 0,
});

/** What a chunk changes of the stories in it, besides their entries. */
function storiesAfter(projections: readonly EventProjection[], old: ReadonlyMap<string, FacetHead>) {
  const states = new Map<string, StoryState>();
  const descriptions: Description[] = [];
  const revised = new Map<string, PublishedRevision>();
  for (const [story, steps] of stepsByStory(projections)) {
    const facet = storyFacet(story);
    let state = stateOf(old.get(facet));
    for (const step of steps) {
      const next = storyAfter(state, step);
      if (step.kind === 'revised' && next !== state) {
        revised.set(facet, step.revision);
        if (next.described !== state.described) descriptions.push(descriptionAt(facet, step.revision, next.described));
      }
      state = next;
    }
    states.set(facet, state);
  }
  return { states, descriptions, revised };
}

/** The changes of a chunk that are written with the checkpoint. */
export interface ChunkChanges {
  readonly heads: readonly FacetHead[];
  /** The descriptions of stories that took effect, and withdrawals. */
  readonly descriptions: readonly Description[];
}

/**
 * The heads and descriptions after a chunk. They are exact if the cards of the chunk were written before, and they are written in the
 * transaction that advances the checkpoint over the chunk: then no other instance can have changed a head meanwhile.
 */
export async function headsAfter(
  generation: string,
  projections: readonly EventProjection[],
  old: ReadonlyMap<string, FacetHead>,
): Promise<ChunkChanges> {
  const heads = new Map<string, FacetHead>();
  for (const changed of changedFacets(projections)) {
    heads.set(changed.facet, await headOf(generation, changed, old.get(changed.facet)));
  }
  const { states, descriptions, revised } = storiesAfter(projections, old);
  for (const [facet, latest] of revised) {
    const known = heads.get(facet) ?? old.get(facet);
    heads.set(facet, { ...(known ?? emptyHead(facet)), ...newestOf(known, latest) });
  }
  for (const [facet, { owner, described }] of states) {
    const changed = heads.get(facet);
    if (!changed) continue;
    const { owner: _owner, story: _story, ...head } = changed;
    heads.set(facet, { ...head, ...(owner && { owner }), ...(described && { story: described }) });
  }
  return { heads: [...heads.values()], descriptions };
}
