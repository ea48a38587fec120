import type { PublishedRevision } from '../revision.ts';
import { type Card, cardOf } from './card.ts';
import { type Correction, correctionsIn } from './correction.ts';

/** A place in a timeline: a facet and where in it. */
export interface Slot {
  readonly facet: string;
  readonly card: Card;
}

/** A card that another revision superseded. */
export interface PastCard extends Slot {
  readonly publishedUntil: string;
}

/** What one event's new revisions make of its cards. */
export interface EventProjection {
  /** How it stood before, and how it stands now; null where it is not shown. */
  readonly before: Card | null;
  readonly after: Card | null;
  readonly cards: readonly Slot[];
  readonly past: readonly PastCard[];
  /** Places that the event has left: what stood there must never come back. */
  readonly tombstones: readonly Slot[];
  /** What these revisions add to the corrections log. */
  readonly corrections: readonly Correction[];
  /** Every facet in which anything changed, now or in between, with the last revision that changed something there. */
  readonly touched: ReadonlyMap<string, PublishedRevision>;
  readonly latest: PublishedRevision;
}

const slotsOf = (card: Card | null): Slot[] => (card ? card.facets.map((facet) => ({ facet, card })) : []);
const slotKey = ({ facet, card }: Slot) => `${facet} ${card.spanClass} ${card.order}`;

/** The cards of what is shown, the first of them only what stands before; with the revision that each is of. */
function cardsOf(revisions: readonly PublishedRevision[], since: number, hidden: ReadonlySet<number>) {
  const shown = revisions.filter(({ position }) => !hidden.has(position));
  const begin = shown.findIndex(({ revision }) => revision >= since);
  return shown
    .slice(Math.max(0, begin - 1))
    .map((revision) => ({ revision, card: cardOf(revision, revisions[revision.revision - 1]) }));
}

/**
 * What follows for the timelines from an event's revisions `since` and later.
 *
 * @param revisions all of them, from revision 0 to the last one to be shown
 * @param since the first revision that the timelines have not taken in yet
 * @param hidden positions that were put aside: for the timelines, these revisions never were
 */
export function projectionOf(
  revisions: readonly PublishedRevision[],
  since: number,
  hidden: ReadonlySet<number> = new Set(),
): EventProjection {
  const steps = cardsOf(revisions, since, hidden);
  const latest = steps.at(-1);
  if (!latest) throw new TypeError('There is nothing to project.');
  const past = steps.slice(0, -1).flatMap(({ card }, index) => {
    const { publishedAt } = (steps[index + 1] as (typeof steps)[number]).revision;
    return slotsOf(card).map((slot) => ({ ...slot, publishedUntil: publishedAt }));
  });
  const current = new Set(slotsOf(latest.card).map(slotKey));
  const left = past.filter((slot) => !current.has(slotKey(slot))).map(({ facet, card }) => ({ facet, card }));
  const touched = new Map<string, PublishedRevision>();
  steps.forEach(({ revision, card }, index) => {
    if (revision.revision < since) return;
    const facets = [...(steps[index - 1]?.card?.facets ?? []), ...(card?.facets ?? [])];
    for (const facet of facets) touched.set(facet, revision);
  });
  const [first] = steps;
  return {
    before: first && first.revision.revision < since ? first.card : null,
    after: latest.card,
    cards: slotsOf(latest.card),
    past,
    tombstones: [...new Map(left.map((slot) => [slotKey(slot), slot])).values()],
    corrections: correctionsIn(revisions, since, hidden),
    touched,
    latest: latest.revision,
  };
}
