import { dayOffsetMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { storyFacet } from '../../../events/filters/facet-keys.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import type { Card } from '../../../events/timeline/card.ts';
import type { EventProjection } from '../../../events/timeline/projection.ts';
import type { FeedPlace } from '../event-log/log-items.ts';
import type { FacetHead } from '../timelines/heads.ts';
import { earlier, firstDay, lastDay, later, measureFirst, measureLast } from './facet-date-bounds.ts';

/** What a chunk did to a facet. */
interface ChangedFacet {
  readonly facet: string;
  /** Of the cards that stood there before the chunk. */
  readonly before: Card[];
  /** Of these and of all that stood there in between. */
  readonly superseded: Card[];
  readonly after: Card[];
  /** The last revision that changed something there. */
  latest: PublishedRevision;
}

function changedFacets(projections: readonly EventProjection[]): ChangedFacet[] {
  const changed = new Map<string, ChangedFacet>();
  for (const { before, past, cards, touched } of projections) {
    for (const [facet, latest] of touched) {
      const one = changed.get(facet) ?? { facet, before: [], superseded: [], after: [], latest };
      if (latest.position > one.latest.position) one.latest = latest;
      if (before?.facets.includes(facet)) one.before.push(before);
      changed.set(facet, one);
    }
    for (const { facet, card } of past) changed.get(facet)?.superseded.push(card);
    for (const { facet, card } of cards) changed.get(facet)?.after.push(card);
  }
  return [...changed.values()];
}

const earliestOf = (one: string | null, other: string | null) => (other === null ? one : earlier(one, other));
const latestOf = (one: string | null, other: string | null) => (other === null ? one : later(one, other));

/** The offsets of days seen so far and of these cards. They only ever widen: what was superseded is still asked for. */
function dayOffsetsOf(old: FacetHead | undefined, cards: readonly Card[]): FacetHead['dayOffsets'] {
  const offsets = cards.flatMap(({ spanClass, extent }) => (spanClass === 'd' ? (dayOffsetMs(extent) ?? []) : []));
  const all = [...(old?.dayOffsets ? [old.dayOffsets.from, old.dayOffsets.to] : []), ...offsets];
  return all.length > 0 ? { from: Math.min(...all), to: Math.max(...all) } : undefined;
}

/** What was put aside and is taken back is older than what has changed the facet since. */
function newestOf(
  old: FacetHead | undefined,
  { position, publishedAt }: FeedPlace,
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
  const firstLeft = after.map(({ extent }) => firstDay(extent)).reduce(earlier, null as string | null);
  const lastLeft = after.map(({ extent }) => lastDay(extent)).reduce(later, null as string | null);
  // Who set an end has gone from it, and nobody of this chunk has taken it or gone beyond. What stood there only in between
  // can have set it too, if it was written, and measured, by another instance that went further and then failed.
  const firstGone =
    superseded.some(({ extent }) => firstDay(extent) === old?.first) && !(firstLeft && firstLeft <= (old?.first ?? ''));
  const lastGone =
    superseded.some(({ extent }) => lastDay(extent) === old?.last) && !(lastLeft && lastLeft >= (old?.last ?? ''));
  return {
    ...(old?.story && { story: old.story }),
    facet,
    entries: (old?.entries ?? 0) + after.length - before.length,
    classes,
    ...(dayOffsets && { dayOffsets }),
    first: firstGone
      ? await measureFirst(generation, facet, inUse, dayOffsets)
      : earliestOf(old?.first ?? null, firstLeft),
    last: lastGone ? await measureLast(generation, facet, inUse, dayOffsets) : latestOf(old?.last ?? null, lastLeft),
    ...newestOf(old, latest),
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
  for (const changed of changedFacets(projections)) {
    heads.set(changed.facet, await headOf(generation, changed, old.get(changed.facet)));
  }
  for (const { latest } of projections.filter(({ latest }) => latest.event.type === storyType)) {
    const facet = storyFacet(latest.event.subject);
    const known = heads.get(facet) ?? old.get(facet);
    const head = known ?? { facet, entries: 0, classes: {}, first: null, last: null };
    const story = latest.event.data as unknown as NonNullable<FacetHead['story']>;
    heads.set(facet, { ...head, ...newestOf(known, latest), story });
  }
  return [...heads.values()];
}
