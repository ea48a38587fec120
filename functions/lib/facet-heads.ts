import type { Card } from '../../events/card.ts';
import type { EventProjection } from '../../events/projection.ts';
import { longestSpanMs, type SpanClass } from '../../events/span-class.ts';
import { storyType } from '../../events/story.ts';
import type { ShownCard } from './card-item.ts';
import { type FacetHead, readCards } from './timelines.ts';

const cardsPerRead = 100;

/** Civil dates lie up to a day beside the instants that cards are sorted by. */
const zoneMarginMs = 86_400_000;

type Dates = { civilEarliest: string | null; civilLatest: string | null };
type ChangedFacet = { facet: string; before: Card[]; after: Card[] };

/** The first and last day that an event is known to touch; an unbounded side counts as the other one. */
const firstDay = (extent: Dates) => extent.civilEarliest ?? extent.civilLatest ?? '';
const lastDay = (extent: Dates) => extent.civilLatest ?? extent.civilEarliest ?? '';

const earlier = (one: string | null, other: string) => (one === null || other < one ? other : one);
const later = (one: string | null, other: string) => (one === null || other > one ? other : one);

/** Walks a span class of a facet, from one end, for as long as `wanted` says so. */
async function walk(
  generation: string,
  facet: string,
  spanClass: SpanClass,
  descending: boolean,
  wanted: (card: ShownCard & { content: object }) => boolean,
): Promise<void> {
  const stretch = { facet, spanClass, past: false, low: '', high: '~', descending };
  let start: Parameters<typeof readCards>[2] = null;
  do {
    const { cards, next } = await readCards(generation, stretch, start, cardsPerRead, true);
    for (const card of cards) {
      if (card.content && !wanted(card as ShownCard & { content: object })) return;
    }
    start = next;
  } while (start);
}

/** First and last day of a facet, read from its cards: needed when the event that set them has moved or gone. */
async function measured(generation: string, facet: string, classes: readonly SpanClass[]) {
  let first: string | null = null;
  let last: string | null = null;
  for (const spanClass of classes) {
    let limitMs = Number.POSITIVE_INFINITY;
    await walk(generation, facet, spanClass, false, ({ content }) => {
      const { extent } = content as NonNullable<ShownCard['content']>;
      if ((extent.earliest ?? Number.NEGATIVE_INFINITY) > limitMs) return false;
      limitMs = Math.min(limitMs, (extent.earliest ?? Number.POSITIVE_INFINITY) + 2 * zoneMarginMs);
      first = earlier(first, firstDay(extent));
      return true;
    });
    await walk(generation, facet, spanClass, true, ({ content }) => {
      const { extent } = content as NonNullable<ShownCard['content']>;
      if (last !== null && extent.earliest !== null) {
        const reachMs = extent.earliest + longestSpanMs[spanClass] + zoneMarginMs;
        if (reachMs < Date.parse(last)) return false;
      }
      last = later(last, lastDay(extent));
      return true;
    });
  }
  return { first, last };
}

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
  const setTheEnds = before.some(({ extent }) => firstDay(extent) === old?.first || lastDay(extent) === old?.last);
  const ends = setTheEnds
    ? await measured(generation, facet, Object.keys(classes) as SpanClass[])
    : {
        first: after.map(({ extent }) => firstDay(extent)).reduce(earlier, old?.first ?? null),
        last: after.map(({ extent }) => lastDay(extent)).reduce(later, old?.last ?? null),
      };
  return {
    ...(old?.story && { story: old.story }),
    facet,
    entries: (old?.entries ?? 0) + after.length - before.length,
    classes,
    ...ends,
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
