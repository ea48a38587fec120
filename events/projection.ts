import { type Card, cardOf } from './card.ts';
import type { PublishedRevision } from './revision.ts';

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
  /** Every facet in which anything changed, now or in between. */
  readonly touched: readonly string[];
  readonly latest: PublishedRevision;
}

const slotsOf = (card: Card | null): Slot[] => (card ? card.facets.map((facet) => ({ facet, card })) : []);
const slotKey = ({ facet, card }: Slot) => `${facet} ${card.spanClass} ${card.order}`;

/**
 * What follows for the timelines from an event's revisions `since` and later.
 *
 * @param revisions all of them, from revision 0 to the last one to be shown
 * @param since the first revision that the timelines have not taken in yet
 */
export function projectionOf(revisions: readonly PublishedRevision[], since: number): EventProjection {
  const latest = revisions.at(-1);
  if (!latest) throw new TypeError('There is nothing to project.');
  const first = Math.max(0, since - 1);
  const cards = revisions
    .map((revision, index) => (index < first ? null : cardOf(revision, revisions[index - 1])))
    .slice(first);
  const superseded = cards.slice(0, -1);
  const after = cards.at(-1) ?? null;
  const current = new Set(slotsOf(after).map(slotKey));
  const left = superseded.flatMap(slotsOf).filter((slot) => !current.has(slotKey(slot)));
  return {
    before: since > 0 ? (cards[0] ?? null) : null,
    after,
    cards: slotsOf(after),
    past: superseded.flatMap((card, index) =>
      slotsOf(card).map((slot) => ({
        ...slot,
        publishedUntil: (revisions[first + index + 1] as PublishedRevision).publishedAt,
      })),
    ),
    tombstones: [...new Map(left.map((slot) => [slotKey(slot), slot])).values()],
    touched: [...new Set(cards.flatMap((card) => card?.facets ?? []))],
    latest,
  };
}
