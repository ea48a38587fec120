import type { PublishedRevision } from '../revision.ts';
import { type Card, cardOf } from './card.ts';
import { type Correction, correctionsIn } from './correction.ts';

/** A card in one of its facets. */
export interface Slot {
  readonly facet: string;
  readonly card: Card;
}

/** A card that a later revision replaced, in one of its facets. */
export interface PastCard extends Slot {
  readonly publishedUntil: string;
}

/** The changes to the timelines by new revisions of one event. */
export interface EventProjection {
  /** The current card before and after these revisions; null if the event is not shown. */
  readonly before: Card | null;
  readonly after: Card | null;
  readonly cards: readonly Slot[];
  readonly past: readonly PastCard[];
  /** Cards whose place the event has left. Tombstones keep late writers from putting them back. */
  readonly tombstones: readonly Slot[];
  /** The lines that these revisions add to the corrections log. */
  readonly corrections: readonly Correction[];
  /** Every facet that any of these revisions changed, with the last revision that changed it. */
  readonly touched: ReadonlyMap<string, PublishedRevision>;
  readonly latest: PublishedRevision;
}

const slotsOf = (card: Card | null): Slot[] => (card ? card.facets.map((facet) => ({ facet, card })) : []);
const slotKey = ({ facet, card }: Slot) => `${facet} ${card.spanClass} ${card.order}`;

/** The revisions from `since` on that are not hidden, and the one before them, each with its card. */
function cardsOf(revisions: readonly PublishedRevision[], since: number, hidden: ReadonlySet<number>) {
  const shown = revisions.filter(({ position }) => !hidden.has(position));
  const begin = shown.findIndex(({ revision }) => revision >= since);
  return shown
    .slice(Math.max(0, begin - 1))
    .map((revision) => ({ revision, card: cardOf(revision, revisions[revision.revision - 1]) }));
}

/**
 * The changes to the timelines by the revisions of an event from `since` on.
 *
 * @param revisions all revisions, from revision 0 to the last one to project
 * @param since the first revision that is not projected yet
 * @param hidden parked positions, whose revisions the timelines do not show
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
