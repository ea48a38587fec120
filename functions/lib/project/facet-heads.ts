import { compareExactness, type Edge } from '../../../events/dates/edge-date.ts';
import { dayOffsetMs, type SpanClass } from '../../../events/dates/span-class.ts';
import { isStoryFacet, storyFacet, tellsTakedowns } from '../../../events/filters/facet-keys.ts';
import { isRedacted } from '../../../events/redaction.ts';
import type { Place, PublishedRevision } from '../../../events/revision.ts';
import type { Card } from '../../../events/timeline/card.ts';
import type { EventProjection } from '../../../events/timeline/projection.ts';
import { type StoryState, type StoryStep, storyAfter } from '../../../events/timeline/story-state.ts';
import { inParallel } from '../runtime/concurrency.ts';
import type { HeadChanges } from '../timelines/advance.ts';
import { type Description, descriptionAt } from '../timelines/descriptions.ts';
import type { DaySearch, FacetHead } from '../timelines/heads.ts';
import {
  type EdgeDate,
  edgeDateIn,
  edges,
  goOnSearching,
  newSearch,
  outermost,
  type ReadsLeft,
} from './facet-date-bounds.ts';

/**
 * So many cards and tombstones are looked at for a chunk, in each facet and at each of its ends: 4 KB of tombstones.
 * So the next entry costs no more after a newsroom has retracted many events.
 */
const cardsPerChunk = 40;

/** So many in one step when there is nothing else to project. */
const cardsPerStep = 1_000;

/**
 * So many reads look for days for a chunk, in all facets together. One search takes a read or two in each span class
 * that is in use, and those of an event that lies at both ends of its 24 facets could take a thousand.
 */
const readsPerChunk = 100;

const facetsAtOnce = 8;

/** The changes of a chunk to one facet. */
interface ChangedFacet {
  readonly facet: string;
  /** The current cards before the chunk, of the events that it changes. */
  readonly before: Card[];
  /** The cards that the chunk replaced: those in `before`, and those that were current for a part of the chunk only. */
  readonly superseded: Card[];
  /** The current cards after the chunk, of the same events. */
  readonly after: Card[];
  /** By how much the number of events that were taken down grows. */
  redacted: number;
  /** The last revision that changed something in the facet. */
  latest: PublishedRevision;
}

function changedFacets(projections: readonly EventProjection[]): ChangedFacet[] {
  const changed = new Map<string, ChangedFacet>();
  for (const { before, superseded, cards, touched, redactedBefore, redactedAfter } of projections) {
    for (const [facet, latest] of touched) {
      const known = changed.get(facet);
      const changedFacet = known ?? { facet, before: [], superseded: [], after: [], redacted: 0, latest };
      if (latest.position > changedFacet.latest.position) changedFacet.latest = latest;
      if (before?.facets.includes(facet)) changedFacet.before.push(before);
      changed.set(facet, changedFacet);
    }
    for (const { facet, card } of superseded) changed.get(facet)?.superseded.push(card);
    for (const { facet, card } of cards) changed.get(facet)?.after.push(card);
    for (const facet of redactedAfter) (changed.get(facet) as ChangedFacet).redacted += 1;
    for (const facet of redactedBefore) (changed.get(facet) as ChangedFacet).redacted -= 1;
  }
  return [...changed.values()];
}

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

/**
 * When a facet changed last. The timeline of a person or a place does not tell when an event that was in it was taken
 * down: the time of a redaction is public, so that would confirm the name.
 */
function changeOf({ facet, latest }: ChangedFacet, old: FacetHead | undefined) {
  const isSecret = isRedacted(latest) && !tellsTakedowns(facet);
  return isSecret && old ? { position: old.position, updatedAt: old.updatedAt } : newestOf(old, latest);
}

/** A day at one end of a facet, and the search for it if there is one. */
interface EdgeDay {
  readonly day: string | null;
  /** As of `EdgeDate`. */
  readonly date: string | null;
  readonly search?: DaySearch;
}

/** The date at one end of a facet. */
function knownIn(head: FacetHead | undefined, edge: Edge): EdgeDate | null {
  const day = head?.[edge] ?? null;
  return day === null ? null : { day, date: (edge === 'first' ? head?.firstDate : head?.lastDate) ?? null };
}

const foundIn = (search: DaySearch | undefined): EdgeDate | null =>
  search?.found ? { day: search.found, date: search.date ?? null } : null;

const asFound = (found: EdgeDate | null) => ({
  found: found?.day ?? null,
  ...(found?.date && { date: found.date }),
});

/**
 * The first or last day of a facet after a chunk. It must be searched for if the card that had it was replaced, and no
 * new card has that day or lies beyond it. A card that was current for a part of the chunk only counts too: another
 * instance may have written it, read the days with it, and failed later.
 *
 * A search that was begun goes on: what was searched before has changed only by the cards of this chunk.
 */
async function edgeDayAfter(
  edge: Edge,
  { superseded, after }: ChangedFacet,
  old: FacetHead | undefined,
  searched: Parameters<typeof goOnSearching>[2] & { readonly classes: readonly SpanClass[] },
  reads: ReadsLeft,
): Promise<EdgeDay> {
  const known = knownIn(old, edge);
  const begun = old?.search?.[edge];
  const dateOf = ({ extent, entry }: Card) => edgeDateIn(edge, extent, entry);
  const added = after.map(dateOf).reduce<EdgeDate | null>((one, other) => outermost(edge, one, other), null);
  const { dayOf, beyond } = edges[edge];
  const gone = (day: string | null | undefined) => superseded.filter(({ extent }) => dayOf(extent) === day);
  const isGone = (day: string | null | undefined) => day !== null && day !== undefined && gone(day).length > 0;
  const isBeyond = added !== null && (known === null || beyond(known.day, added.day) === added.day);
  // While the day is searched for, the known date is that of a card that was replaced: a vaguer one of the same day
  // does not settle it.
  const isSettled =
    !begun || added?.day !== known?.day || compareExactness(added?.date ?? null, known?.date ?? null) <= 0;
  // Where a more exact card of the same day was replaced, another one may be as exact.
  if (
    isBeyond &&
    isSettled &&
    gone(added.day).every((card) => added.day !== known?.day || compareExactness(added.date, dateOf(card).date) <= 0)
  )
    return outermost(edge, known, added) as EdgeDate;
  if (!begun && !isGone(known?.day)) return { day: known?.day ?? null, date: known?.date ?? null };
  const isBegunAnew = !begun || isGone(begun.found);
  const found = outermost(edge, foundIn(begun), added);
  const from = isBegunAnew
    ? newSearch(searched.classes)
    : { classes: begun.classes, after: begun.after, ...asFound(found) };
  const search = await goOnSearching(from, edge, searched, cardsPerChunk, reads);
  if (search.classes.length > 0) return { day: known?.day ?? null, date: known?.date ?? null, search };
  return { day: search.found, date: search.date ?? null };
}

/** The two days of a head, and the searches for them. */
function daysOf(
  first: EdgeDay,
  last: EdgeDay,
): Pick<FacetHead, 'first' | 'last' | 'firstDate' | 'lastDate' | 'search'> {
  const search = { ...(first.search && { first: first.search }), ...(last.search && { last: last.search }) };
  return {
    first: first.day,
    last: last.day,
    ...(first.date !== null && { firstDate: first.date }),
    ...(last.date !== null && { lastDate: last.date }),
    ...(Object.keys(search).length > 0 && { search }),
  };
}

async function headOf(
  generation: string,
  changed: ChangedFacet,
  old: FacetHead | undefined,
  reads: ReadsLeft,
): Promise<FacetHead> {
  const { facet, before, superseded, after, redacted: added } = changed;
  const classes: Partial<Record<SpanClass, number>> = { ...old?.classes };
  const add = (spanClass: SpanClass, by: number) => {
    classes[spanClass] = (classes[spanClass] ?? 0) + by;
  };
  for (const { spanClass } of superseded) add(spanClass, 0);
  for (const { spanClass } of before) add(spanClass, -1);
  for (const { spanClass } of after) add(spanClass, 1);
  const dayOffsets = dayOffsetsOf(old, [...superseded, ...after]);
  const inUse = (Object.keys(classes) as SpanClass[]).filter((spanClass) => (classes[spanClass] ?? 0) > 0);
  const searched = { generation, facet, dayOffsets, classes: inUse };
  const [first, last] = (await Promise.all(
    (['first', 'last'] as const).map((edge) => edgeDayAfter(edge, changed, old, searched, reads)),
  )) as [EdgeDay, EdgeDay];
  const redacted = (old?.redacted ?? 0) + added;
  return {
    ...(old?.owner && { owner: old.owner }),
    ...(old?.story && { story: old.story }),
    facet,
    entries: (old?.entries ?? 0) + after.length - before.length,
    ...(redacted > 0 && { redacted }),
    classes,
    ...(dayOffsets && { dayOffsets }),
    ...daysOf(first, last),
    ...changeOf(changed, old),
  };
}

/** The head of a facet after its searches have gone on, while nothing else has changed. */
export async function headSearchedOn(generation: string, head: FacetHead): Promise<FacetHead> {
  const { search, facet, dayOffsets, firstDate: _first, lastDate: _last, ...rest } = head;
  const edgeDay = async (edge: Edge): Promise<EdgeDay> => {
    const begun = search?.[edge];
    const known = { day: head[edge], date: knownIn(head, edge)?.date ?? null };
    if (!begun) return known;
    const next = await goOnSearching(begun, edge, { generation, facet, dayOffsets }, cardsPerStep, {
      left: cardsPerStep,
    });
    return next.classes.length > 0 ? { ...known, search: next } : { day: next.found, date: next.date ?? null };
  };
  return {
    ...rest,
    facet,
    ...(dayOffsets && { dayOffsets }),
    ...daysOf(await edgeDay('first'), await edgeDay('last')),
  };
}

const isShown = ({ facet }: ChangedFacet) => isStoryFacet(facet);

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
  entries: (head?.entries ?? 0) + (head?.redacted ?? 0),
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
export interface ChunkChanges extends HeadChanges {
  /** The descriptions of stories that took effect, and withdrawals. */
  readonly descriptions: readonly Description[];
}

/**
 * The heads and descriptions after a chunk. They are exact if the cards of the chunk were written before, and they are
 * written in the transaction that advances the checkpoint over the chunk: then no other instance can have changed a
 * head meanwhile.
 */
export async function headsAfter(
  generation: string,
  projections: readonly EventProjection[],
  old: ReadonlyMap<string, FacetHead>,
): Promise<ChunkChanges> {
  const reads = { left: readsPerChunk };
  // Readers are shown the days of stories.
  const shownFirst = changedFacets(projections).sort((one, other) => Number(isShown(other)) - Number(isShown(one)));
  const changedHeads = await inParallel(shownFirst, facetsAtOnce, (changed) =>
    headOf(generation, changed, old.get(changed.facet), reads),
  );
  const heads = new Map(changedHeads.map((head) => [head.facet, head]));
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
  return { heads: [...heads.values()], replaced: old, descriptions };
}
