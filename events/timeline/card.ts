import { dayMs } from '../dates/durations.ts';
import type { Extent } from '../dates/extent.ts';
import { boundaryFrom, cellMs, type SpanClass, spanClassOf } from '../dates/span-class.ts';
import { extentOfRevision } from '../event-values.ts';
import { facetKeysOf, filterValuesOf } from '../filters/facets.ts';
import type { FilterValues } from '../filters/filter-table.ts';
import { isRedacted } from '../redaction.ts';
import type { PublishedRevision } from '../revision.ts';
import { entryOf } from './entry.ts';

/** An event in timelines, as of one of its revisions. Each of its facets stores the same card. */
export interface Card {
  readonly eventId: string;
  readonly revision: number;
  readonly position: number;
  readonly publishedAt: string;
  readonly facets: readonly string[];
  readonly spanClass: SpanClass;
  /** The sort order among all cards: earliest, latest, id. */
  readonly order: string;
  readonly extent: Extent;
  /** The values that a combined filter compares besides the facet that it reads. */
  readonly filters: FilterValues;
  /** The timeline entry as JSON text, which is copied into responses. */
  readonly entry: string;
}

/**
 * 0000-01-01T00:00:00Z. Keys count from a day before: the first day of the year 1 begins in the year 0 east of
 * Greenwich.
 */
const yearZeroMs = -62_167_219_200_000;
const digits = 15;
const openStart = '0'.repeat(digits);
const openEnd = '9'.repeat(digits);

/**
 * An instant as text whose order is the order of instants, for the years 0 to 10000. An unbounded start sorts before
 * all instants, and an unbounded end after all of them.
 */
export function instantKey(epochMs: number | null, unbounded: 'start' | 'end'): string {
  if (epochMs === null) return unbounded === 'start' ? openStart : openEnd;
  return String(Math.max(0, epochMs - yearZeroMs + dayMs)).padStart(digits, '0');
}

const instantOf = (key: string) => (key === openStart || key === openEnd ? null : Number(key) + yearZeroMs - dayMs);

/** The instants in the order of a card, in epoch milliseconds; null if unbounded. */
export function orderOf(order: string): { earliest: number | null; latest: number | null } {
  return { earliest: instantOf(order.slice(0, digits)), latest: instantOf(order.slice(digits + 1, 2 * digits + 1)) };
}

/**
 * The order of a card among those of its class by when they end, within the first boundary between two cells that the
 * event holds; null for a class that has no cells.
 */
export function endOrderOf({
  spanClass,
  extent,
  eventId,
}: Pick<Card, 'spanClass' | 'extent' | 'eventId'>): string | null {
  const cell = cellMs(spanClass);
  const { earliest, latest } = extent;
  if (cell === null || earliest === null || latest === null) return null;
  const boundary = instantKey(boundaryFrom(earliest, cell), 'start');
  return `${boundary}#${instantKey(latest, 'end')}#${instantKey(earliest, 'start')}#${eventId}`;
}

/** The order of a card from its order by end. */
export function orderOfEnd(endOrder: string): string {
  const [, latest, earliest, eventId] = endOrder.split('#');
  return `${earliest}#${latest}#${eventId}`;
}

/** How many cards an event has as of a revision: one in each of its facets, or two if it lasts for long. */
export function cardsOf(revision: Pick<PublishedRevision, 'event' | 'extent' | 'unlisted'>): number {
  const spanClass = spanClassOf(extentOfRevision(revision));
  return facetKeysOf(revision.event, revision.unlisted).length * (cellMs(spanClass) === null ? 1 : 2);
}

/** The card of an event as of a revision; null if the event was retracted, or its content taken down. */
export function cardOf(revision: PublishedRevision): Card | null {
  if (revision.kind === 'retracted' || isRedacted(revision)) return null;
  const { eventId, event, position, publishedAt } = revision;
  const extent = extentOfRevision(revision);
  return {
    eventId,
    revision: revision.revision,
    position,
    publishedAt,
    facets: facetKeysOf(event, revision.unlisted),
    spanClass: spanClassOf(extent),
    order: `${instantKey(extent.earliest, 'start')}#${instantKey(extent.latest, 'end')}#${eventId}`,
    extent,
    filters: filterValuesOf(event, revision),
    entry: JSON.stringify(entryOf(revision)),
  };
}
