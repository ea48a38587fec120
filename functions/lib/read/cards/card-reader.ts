import type { Consistency } from '../../runtime/consistency.ts';
import type { ShownCard } from '../../timelines/card-items.ts';
import { type KeyRange, readCards } from '../../timelines/cards.ts';

/** A request reads at most this much, whatever it finds. Then the page is short, and the cursor continues the walk. */
const cardsPerRequest = 4_000;
const bytesPerRequest = 16_000_000;

/** Cards in reading order, without a gap up to the frontier; a frontier of null is the end. */
export interface CompleteCards {
  readonly cards: readonly ShownCard[];
  readonly frontier: string | null;
}

/** Compares two sort keys in reading order. */
export function compareOrders(descending: boolean): (one: string, other: string) => number {
  const sign = descending ? -1 : 1;
  return (one, other) => (one === other ? 0 : one < other ? -sign : sign);
}

/** Reads the cards of one key range, piece by piece as a page needs them. */
export class CardReader {
  readonly keyRange: KeyRange;
  readonly cards: ShownCard[] = [];
  /** The order up to which all cards are read; null before the first piece. */
  frontier: string | null = null;
  done = false;
  bytes = 0;
  private start: Parameters<typeof readCards>[2] = null;
  private readonly generation: string;
  private readonly consistency: Consistency;

  constructor(generation: string, keyRange: KeyRange, consistency: Consistency) {
    this.generation = generation;
    this.keyRange = keyRange;
    this.consistency = consistency;
    this.done = keyRange.low > keyRange.high;
  }

  /** Reads up to `limit` more cards. */
  async read(limit: number): Promise<void> {
    if (this.done) return;
    const { cards, next } = await readCards(this.generation, this.keyRange, this.start, limit, this.consistency);
    this.cards.push(...cards);
    this.bytes += cards.reduce((sum, { content }) => sum + (content?.storedBytes ?? 0), 0);
    this.start = next;
    this.done = next === null;
    this.frontier = this.orderReadThrough() ?? this.frontier;
  }

  /**
   * Leaves out what comes before the page, and puts the rest into reading order: for a range that was read whole by
   * another order.
   */
  keepAfter(after: string | null): void {
    const compare = compareOrders(this.keyRange.descending);
    const rest = this.cards.filter(({ order }) => after === null || compare(order, after) > 0);
    this.cards.splice(0, this.cards.length, ...rest);
  }

  /** Several past cards may have the same order: they are all read only when the next order is seen. */
  private orderReadThrough(): string | undefined {
    const last = this.cards.at(-1)?.order;
    return this.keyRange.past ? this.cards.findLast(({ order }) => order !== last)?.order : last;
  }
}

/** Whether readers have together read as much as a request may. */
export const hasReadEnough = (readers: readonly CardReader[]): boolean =>
  readers.reduce((sum, { cards }) => sum + cards.length, 0) >= cardsPerRequest ||
  readers.reduce((sum, { bytes }) => sum + bytes, 0) >= bytesPerRequest;

/** The reader that has come least far; null if all are done. */
export function slowestReader(readers: readonly CardReader[], descending: boolean): CardReader | null {
  const compare = compareOrders(descending);
  return readers
    .filter(({ done }) => !done)
    .reduce<CardReader | null>((one, other) => {
      if (one === null || other.frontier === null) return other;
      return one.frontier !== null && compare(other.frontier, one.frontier) < 0 ? other : one;
    }, null);
}

/** The cards that readers have read, up to where none of them can find one in between, and no further than `end`. */
export function completeCards(
  readers: readonly CardReader[],
  descending: boolean,
  end: string | null = null,
): CompleteCards {
  const compare = compareOrders(descending);
  const slowest = slowestReader(readers, descending);
  if (slowest && slowest.frontier === null) return { cards: [], frontier: '' };
  const ends = [slowest?.frontier ?? null, end].filter((order) => order !== null).sort(compare);
  const frontier = ends[0] ?? null;
  const cards = readers
    .flatMap((reader) => reader.cards)
    .filter(({ order }) => frontier === null || compare(order, frontier) <= 0)
    .sort((one, other) => compare(one.order, other.order));
  return { cards, frontier };
}
