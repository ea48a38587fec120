import type { Card } from '../../events/card.ts';
import type { EventProjection } from '../../events/projection.ts';
import type { SpanClass } from '../../events/span-class.ts';
import { storyType } from '../../events/story.ts';
import { earlier, firstDay, lastDay, later, measureFirst, measureLast } from './facet-ends.ts';
import type { FacetHead } from './timelines.ts';

type ChangedFacet = { facet: string; before: Card[]; after: Card[] };

function changedFacets(projections: readonly EventProjection[]): Map<string, ChangedFacet> {
  const changed = new Map<string, ChangedFacet>();
  const facetOf = (facet: string) => {
    const known = changed.get(facet) ?? { facet, before: [], after: [] };
    changed.set(facet, known);
    return known;
  };
  for (const { before, after, touched } of projections) {
    for (const facet of touched) facetOf(facet);
    for (const facet of before?.facets ?? []) facetOf(facet).before.push(before as Card);
    for (const facet of after?.facets ?? []) facetOf(facet).after.push(after as Card);
  }
  return changed;
}

const earliestOf = (one: string | null, other: string | null) => (other === null ? one : earlier(one, other));
const latestOf = (one: string | null, other: string | null) => (other === null ? one : later(one, other));

async function headOf(
  generation: string,
  { facet, before, after }: ChangedFacet,
  old: FacetHead | undefined,
  classesTouched: readonly SpanClass[],
  at: { position: number; publishedAt: string },
): Promise<FacetHead> {
  const classes: Partial<Record<SpanClass, number>> = { ...old?.classes };
  const add = (spanClass: SpanClass, by: number) => {
    classes[spanClass] = (classes[spanClass] ?? 0) + by;
  };
  for (const spanClass of classesTouched) add(spanClass, 0);
  for (const { spanClass } of before) add(spanClass, -1);
  for (const { spanClass } of after) add(spanClass, 1);
  const inUse = Object.keys(classes) as SpanClass[];
  const firstLeft = after.map(({ extent }) => firstDay(extent)).reduce(earlier, null as string | null);
  const lastLeft = after.map(({ extent }) => lastDay(extent)).reduce(later, null as string | null);
  // Who set an end has gone from it, and nobody of this chunk has taken it or gone beyond.
  const firstGone =
    before.some(({ extent }) => firstDay(extent) === old?.first) && !(firstLeft && firstLeft <= (old?.first ?? ''));
  const lastGone =
    before.some(({ extent }) => lastDay(extent) === old?.last) && !(lastLeft && lastLeft >= (old?.last ?? ''));
  return {
    ...(old?.story && { story: old.story }),
    facet,
    entries: (old?.entries ?? 0) + after.length - before.length,
    classes,
    first: firstGone ? await measureFirst(generation, facet, inUse) : earliestOf(old?.first ?? null, firstLeft),
    last: lastGone ? await measureLast(generation, facet, inUse) : latestOf(old?.last ?? null, lastLeft),
    position: at.position,
    updatedAt: at.publishedAt,
  };
}

/**
 * The heads as they stand after a chunk. Exact if what it returns is written in the transaction that advances the checkpoint
 * over that chunk, and the cards of the chunk were written before: nobody else can have changed a head in between.
 */
export async function headsAfter(
  generation: string,
  projections: readonly EventProjection[],
  old: ReadonlyMap<string, FacetHead>,
): Promise<FacetHead[]> {
  const heads = new Map<string, FacetHead>();
  for (const changed of changedFacets(projections.filter(({ latest }) => latest.event.type !== storyType)).values()) {
    const mine = projections.filter(({ touched }) => touched.includes(changed.facet));
    const latest = mine
      .map((projection) => projection.latest)
      .reduce((one, other) => (other.position > one.position ? other : one));
    const classes = mine.flatMap((projection) => [...projection.past, ...projection.cards, ...projection.tombstones]);
    const used = classes.filter(({ facet }) => facet === changed.facet).map(({ card }) => card.spanClass);
    heads.set(changed.facet, await headOf(generation, changed, old.get(changed.facet), used, latest));
  }
  for (const { latest } of projections.filter(({ latest }) => latest.event.type === storyType)) {
    const facet = `S#${latest.event.subject}`;
    const head = heads.get(facet) ?? old.get(facet) ?? { facet, entries: 0, classes: {}, first: null, last: null };
    const at = { position: latest.position, updatedAt: latest.publishedAt };
    const newest = 'position' in head && head.position > at.position ? {} : at;
    heads.set(facet, { ...head, ...newest, story: latest.event.data } as unknown as FacetHead);
  }
  return [...heads.values()];
}
