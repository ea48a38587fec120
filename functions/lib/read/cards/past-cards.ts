import { inParallel } from '../../runtime/concurrency.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import type { ShownCard } from '../../timelines/card-items.ts';
import type { KeyRange } from '../../timelines/cards.ts';
import {
  CardReader,
  type CompleteCards,
  compareOrders,
  completeCards,
  hasReadEnough,
  slowestReader,
} from './card-reader.ts';

/** About as many cards as one read unit pays for. A read that finds fewer of them costs the same. */
const cardsPerUnit = 4;

const readsAtOnce = 32;
const largestRead = 1_000;

/** A part of a list in which past cards must be read. Bounds are inclusive. */
export interface PastRange {
  readonly low: string;
  readonly high: string;
  /** Whether all of its cards are of one place, of which only the last is needed. */
  readonly lastOnly: boolean;
}

/** A part of a timeline: the current cards whose order is after the one and up to the other; null where it is open. */
export interface TimelinePart {
  /** The readers of the current cards. */
  readonly readers: readonly CardReader[];
  readonly after: string | null;
  readonly until: string | null;
}

/** What the reads of past cards must know of a page. */
interface PastRequest {
  readonly generation: string;
  readonly descending: boolean;
  readonly asOf: string;
}

/** Whether a past card may have been shown as of an instant instead of this current card or tombstone. */
export const mayHavePast = ({ publishedAt, revision }: ShownCard, asOf: string): boolean =>
  publishedAt > asOf && revision > 0;

/** Whether a past card was shown as of an instant. */
const wasShownAt = ({ publishedAt, publishedUntil }: ShownCard, asOf: string): boolean =>
  publishedAt <= asOf && publishedUntil !== undefined && asOf < publishedUntil;

/**
 * The parts of a list of past cards that hold what was shown as of an instant, where the current cards are newer. The
 * number of a revision says how many past cards there are at its place at most: few are read with those of the places
 * beside it, of many only the one that was shown.
 *
 * @param current the cards and tombstones of the same list
 * @param asOf RFC 3339, in UTC with milliseconds
 */
export function pastRangesOf(current: readonly ShownCard[], asOf: string): PastRange[] {
  const ranges: { low: string; high: string; lastOnly: boolean }[] = [];
  let open: (typeof ranges)[number] | undefined;
  let between = 0;
  for (const card of current.toSorted((one, other) => (one.place < other.place ? -1 : 1))) {
    const { place, revision } = card;
    const isNeeded = mayHavePast(card, asOf);
    if (revision > cardsPerUnit) {
      open = undefined;
      if (isNeeded) ranges.push({ low: `${place}#`, high: `${place}#${asOf}`, lastOnly: true });
    } else if (!isNeeded) {
      between += revision;
    } else if (open && between <= cardsPerUnit) {
      open.high = `${place}~`;
      between = 0;
    } else {
      open = { low: `${place}#`, high: `${place}~`, lastOnly: false };
      ranges.push(open);
      between = 0;
    }
  }
  return ranges;
}

interface PlannedRead {
  readonly keyRange: KeyRange;
  readonly lastOnly: boolean;
  /** The places in the range whose current card is newer than the instant. */
  readonly newer: readonly string[];
}

function plannedReads({ readers, after, until }: TimelinePart, { descending, asOf }: PastRequest): PlannedRead[] {
  const compare = compareOrders(descending);
  const isInPart = ({ order }: ShownCard) =>
    (after === null || compare(order, after) > 0) && (until === null || compare(order, until) <= 0);
  return readers.flatMap(({ keyRange, cards }) => {
    const inPart = cards.filter(isInPart);
    const newer = inPart.filter((card) => mayHavePast(card, asOf)).map(({ place }) => place);
    return pastRangesOf(inPart, asOf).map(({ low, high, lastOnly }) => ({
      keyRange: { ...keyRange, past: true, low, high, descending: lastOnly || descending },
      lastOnly,
      newer: newer.filter((place) => `${place}#` >= low && `${place}#` <= high),
    }));
  });
}

async function readRange(
  generation: string,
  { keyRange, lastOnly }: PlannedRead,
  consistency: Consistency,
): Promise<CardReader> {
  const reader = new CardReader(generation, keyRange, consistency);
  await reader.read(lastOnly ? 1 : largestRead);
  if (lastOnly) reader.done = true;
  return reader;
}

/**
 * Reads a range eventually consistent, for half the price. At each place, at most one card was shown at the instant,
 * and that one never changes: if all are found, nothing is missing. Otherwise the range is read again consistently,
 * since also a card that was replaced this very moment must be found. An event may also not have been there at the
 * instant.
 */
async function readFirst(generation: string, planned: PlannedRead, asOf: string): Promise<CardReader> {
  const found = await readRange(generation, planned, 'eventual');
  const shown = new Set(found.cards.filter((card) => wasShownAt(card, asOf)).map(({ place }) => place));
  return found.done && planned.newer.every((place) => shown.has(place))
    ? found
    : readRange(generation, planned, 'consistent');
}

/**
 * Reads the past cards of a part of a timeline, after its current cards. The order matters: a card is kept as a past
 * card before it is replaced, and so what was found replaced is found here.
 *
 * @returns the past cards up to the frontier, which is before the end of the part if there are very many of them
 */
export async function readPast(
  part: TimelinePart,
  request: PastRequest,
): Promise<CompleteCards & { readonly readers: readonly CardReader[] }> {
  const { generation, descending } = request;
  const planned = plannedReads(part, request);
  const readers = await inParallel(planned, readsAtOnce, (read) => readFirst(generation, read, request.asOf));
  let slowest = slowestReader(readers, descending);
  while (slowest && !(hasReadEnough(readers) && slowest.frontier !== null)) {
    await slowest.read(largestRead);
    slowest = slowestReader(readers, descending);
  }
  return { ...completeCards(readers, descending, part.until), readers };
}
