import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ShownCard } from '../../../../functions/lib/timelines/card-items.ts';

let pastRangesOf: typeof import('../../../../functions/lib/read/cards/past-cards.ts').pastRangesOf;
beforeAll(async () => {
  process.env.TIMELINES_TABLE = 'Timelines';
  ({ pastRangesOf } = await import('../../../../functions/lib/read/cards/past-cards.ts'));
});

const asOf = '2020-12-01T00:00:00.000Z';
const earlier = '2020-11-30T00:00:00.000Z';
const later = '2020-12-02T00:00:00.000Z';

const cardAt = (place: string, revision: number, publishedAt: string): ShownCard => ({
  eventId: place,
  revision,
  position: 1,
  order: `order of ${place}`,
  place,
  publishedAt,
});

describe('past cards are read', () => {
  test('in one range where few of them lie between those that are needed', () => {
    const cards = [cardAt('a', 1, later), cardAt('b', 2, earlier), cardAt('c', 4, later), cardAt('d', 3, later)];
    expect(pastRangesOf(cards, asOf)).toEqual([{ low: 'a#', high: 'd~', lastOnly: false }]);
  });

  test('in ranges that leave out what would cost more than a read', () => {
    const cards = [cardAt('a', 1, later), cardAt('b', 3, earlier), cardAt('c', 2, earlier), cardAt('d', 1, later)];
    expect(pastRangesOf(cards, asOf)).toEqual([
      { low: 'a#', high: 'a~', lastOnly: false },
      { low: 'd#', high: 'd~', lastOnly: false },
    ]);
  });

  test('one by one of a place that has many, and not at all if the last of them are older than the instant', () => {
    const cards = [cardAt('a', 1, later), cardAt('b', 200, later), cardAt('c', 200, earlier), cardAt('d', 1, later)];
    expect(pastRangesOf(cards, asOf)).toEqual([
      { low: 'a#', high: 'a~', lastOnly: false },
      { low: 'b#', high: `b#${asOf}`, lastOnly: true },
      { low: 'd#', high: 'd~', lastOnly: false },
    ]);
  });

  test('nowhere if all current cards are older, or were never corrected', () => {
    expect(pastRangesOf([cardAt('a', 3, earlier), cardAt('b', 0, later)], asOf)).toEqual([]);
  });
});
