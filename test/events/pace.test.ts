import { describe, expect, test } from '@jest/globals';
import {
  countedPace,
  exceededPace,
  isCountDue,
  type KnownPace,
  maximumPace,
  paceAt,
  paceOfChange,
} from '../../events/pace.ts';
import { chance } from '../support/models/chance.ts';

const now = Date.parse('2026-11-27T12:00:02Z');
const window = Date.parse('2026-11-27T12:00:00Z');

/**
 * What gets through if a newsroom writes as long as any instance lets it, in one window, and how often the instances
 * count.
 *
 * @param next the instance that gets the next request
 * @param isSampled whether the use of a request is counted, and the pace with it
 */
function written(instances: number, next: (open: number[]) => number, isSampled: () => boolean, atMost = 100_000) {
  let counted = 0;
  const result = { through: 0, counts: 0, refused: 0 };
  const paces: KnownPace[] = Array.from({ length: instances }, () => paceAt(undefined, now));
  const open = new Set(paces.keys());
  while (open.size > 0 && result.through < atMost) {
    const instance = next([...open]);
    const before = paces[instance] as KnownPace;
    if (exceededPace(before, 'afp', now)) {
      open.delete(instance);
      result.refused++;
      continue;
    }
    result.through++;
    const pace = { ...before, uncounted: before.uncounted + 1 };
    paces[instance] = pace;
    if (!isSampled() && !isCountDue(pace)) continue;
    counted += pace.uncounted;
    result.counts++;
    paces[instance] = countedPace({ ...pace, uncounted: 0 }, pace.uncounted, counted);
  }
  return result;
}

const random = (seed: number) => {
  const { below } = chance(seed);
  return { below, isSampled: () => below(16) === 0 };
};

const inTurn = () => {
  let turn = 0;
  return (open: number[]) => open[turn++ % open.length] as number;
};
/** One instance after the other, until each refuses. */
const oneByOne = (open: number[]) => open[0] as number;
/** Each instance writes alone first, so that it believes to be the only one for as long as it can. */
const halfThenTheRest = (below: (limit: number) => number) => (open: number[]) =>
  below(2) === 0 ? (open[0] as number) : (open[below(open.length)] as number);

describe('A newsroom whose requests are spread over many instances', () => {
  test.each([1, 10, 50, 100])(
    'gets 300 and four for each of %d instances through in a window, and 48 more at most, whatever the order and the samples',
    (instances) => {
      for (let seed = 1; seed <= 20; seed++) {
        const { below, isSampled } = random(seed);
        const orders = [
          inTurn(),
          oneByOne,
          (open: number[]) => open[below(open.length)] as number,
          halfThenTheRest(below),
        ];
        for (const order of orders) {
          for (const sampledBy of [isSampled, () => false]) {
            const { through } = written(instances, order, sampledBy);
            expect(through).toBeGreaterThanOrEqual(maximumPace);
            expect(through).toBeLessThanOrEqual(maximumPace + 4 * instances + 48);
          }
        }
      }
    },
  );

  test.each([1, 10, 50, 100])('is never refused below its pace by any of %d instances', (instances) => {
    for (let seed = 1; seed <= 50; seed++) {
      const { below, isSampled } = random(seed);
      const next = (open: number[]) => open[below(open.length)] as number;
      expect(written(instances, next, isSampled, maximumPace).refused).toBe(0);
      expect(written(instances, next, () => true, maximumPace).refused).toBe(0);
    }
  });

  test('is counted no more often than its use is sampled, as long as an instance writes few or writes alone', () => {
    const { isSampled } = random(3);
    const few = written(100, inTurn(), () => false, 300);
    expect(few.counts).toBe(0);
    const alone = Array.from({ length: 200 }, () => written(1, oneByOne, isSampled, 300).counts);
    // A sample counts one in sixteen; what no sample counts in time, one in ten together.
    expect(alone.reduce((sum, counts) => sum + counts, 0) / (200 * 300)).toBeLessThan(0.105);
  });
});

describe('What an instance knows of a pace', () => {
  test('is of one window: in the next one it knows nothing', () => {
    const full = { window, counted: 300, own: 20, uncounted: 2, tried: 0 };
    expect(paceAt(full, window + 4_999)).toEqual(full);
    expect(paceAt(full, window + 5_000)).toEqual({
      window: window + 5_000,
      counted: 0,
      own: 0,
      uncounted: 0,
      tried: 0,
    });
  });

  test.each<[string, Omit<KnownPace, 'window'>, boolean]>([
    ['after four, if it knows of no other', { counted: 0, own: 0, uncounted: 4, tried: 0 }, true],
    ['not after three', { counted: 0, own: 0, uncounted: 3, tried: 0 }, false],
    ['after sixteen, if it has written all that is counted', { counted: 40, own: 40, uncounted: 16, tried: 0 }, true],
    ['not after fifteen then', { counted: 40, own: 40, uncounted: 15, tried: 0 }, false],
    ['after eight, if it has written half', { counted: 40, own: 20, uncounted: 8, tried: 0 }, true],
    ['after four, if others have written most', { counted: 200, own: 4, uncounted: 4, tried: 0 }, true],
  ])('is counted %s', (_, known, isDue) => {
    expect(isCountDue({ window, ...known })).toBe(isDue);
  });

  test('is an error that says when the window ends, once it is full with what it has let through itself', () => {
    expect(exceededPace({ window, counted: 290, own: 30, uncounted: 9, tried: 0 }, 'afp', now)).toBeNull();
    expect(exceededPace({ window, counted: 290, own: 30, uncounted: 10, tried: 0 }, 'afp', now)).toMatchObject({
      name: 'PaceExceeded',
      message:
        'The newsroom afp may write 300 events and changes in 5 seconds, with all of its keys, so that others do not wait for it. Send the request again in 3 s.',
    });
  });
});

test('A change takes one of the pace for each 16 cards of its event, and one at least', () => {
  expect([0, 1, 16, 17, 48].map(paceOfChange)).toEqual([1, 1, 1, 2, 3]);
});
