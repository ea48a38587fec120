import type { ShownCard } from '../timelines/card-item.ts';
import { readCards, type Stretch } from '../timelines/read-timelines.ts';

/** Two sort keys in reading order. */
export function compareOrders(descending: boolean): (one: string, other: string) => number {
  const sign = descending ? -1 : 1;
  return (one, other) => (one === other ? 0 : one < other ? -sign : sign);
}

/** One stretch of cards, read piece by piece as a page needs them. */
export class CardReader {
  readonly stretch: Stretch;
  readonly cards: ShownCard[] = [];
  /** The order up to which all is read; null before the first piece. */
  frontier: string | null = null;
  done = false;
  bytes = 0;
  private start: Parameters<typeof readCards>[2] = null;
  private readonly generation: string;
  private readonly consistent: boolean;

  constructor(generation: string, stretch: Stretch, consistent: boolean) {
    this.generation = generation;
    this.stretch = stretch;
    this.consistent = consistent;
    this.done = stretch.low > stretch.high;
  }

  /** Reads up to `limit` more cards. */
  async read(limit: number): Promise<void> {
    if (this.done) return;
    const { cards, next } = await readCards(this.generation, this.stretch, this.start, limit, this.consistent);
    this.cards.push(...cards);
    this.bytes += cards.reduce((sum, { content }) => sum + (content?.entry.length ?? 0), 0);
    this.start = next;
    this.done = next === null;
    this.frontier = this.orderReadThrough() ?? this.frontier;
  }

  /** In one place stand as many past cards as were superseded there: only when the next place is met are they all read. */
  private orderReadThrough(): string | undefined {
    const last = this.cards.at(-1)?.order;
    return this.stretch.past ? this.cards.findLast(({ order }) => order !== last)?.order : last;
  }
}
