import { describe, expect, test } from '@jest/globals';
import { minuteMs, secondMs } from '../../../events/dates/durations.ts';
import { exchangeTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { inTurns, wakeGroup, workersOfQueue, workersPerNewsroom } from '../../../events/webhooks/wake-group.ts';
import { chance } from '../../support/models/chance.ts';
import { takenAt } from '../../support/models/worker-pool.ts';

const random = chance(1);
const digits = 'abcdefghijklmnopqrstuvwxyz234567';
const anyId = () => `wh_${Array.from({ length: 26 }, () => digits[random.below(digits.length)]).join('')}`;
const idsOf = (count: number) => Array.from({ length: count }, anyId);

describe('the group of a wake', () => {
  test('is one of its newsroom, and always the same', () => {
    const id = 'wh_te73c6vbre67e74ncy75l2s54c';
    expect([wakeGroup({ id, owner: 'afp' }), wakeGroup({ id, owner: 'dpa' })]).toEqual(['afp#4', 'dpa#4']);
    expect(wakeGroup({ id })).toBe(id);
  });

  test('is one of as many as the newsroom may occupy workers, with about the same number of endpoints each', () => {
    const groups = Map.groupBy(idsOf(2_000), (id) => wakeGroup({ id, owner: 'afp' }));
    expect([...groups.keys()].sort()).toEqual(Array.from({ length: workersPerNewsroom }, (_, slot) => `afp#${slot}`));
    const sizes = [...groups.values()].map(({ length }) => length);
    expect([Math.min(...sizes) > 140, Math.max(...sizes) < 260]).toEqual([true, true]);
  });

  test('leaves most workers to others', () => {
    for (const workers of Object.values(workersOfQueue)) {
      expect(workersPerNewsroom * 10).toBeLessThanOrEqual(workers);
    }
  });
});

describe('endpoints that are woken together', () => {
  const ownedBy = (owner: string, ...ids: string[]) => ids.map((id) => ({ id, owner }));

  test('take turns by newsroom, each in its order', () => {
    const endpoints = [...ownedBy('afp', 'a', 'b', 'c'), ...ownedBy('dpa', 'd'), { id: 'e' }, ...ownedBy('dpa', 'f')];
    expect(inTurns(endpoints).map(({ id }) => id)).toEqual(['a', 'd', 'e', 'b', 'f', 'c']);
    expect(inTurns([])).toEqual([]);
  });
});

/**
 * When the wakes of a quiet newsroom are taken that are sent every second, behind those of a crowd. Milliseconds after
 * they were sent.
 */
function waitsBeside(
  crowds: number,
  endpointsOfCrowd: number,
  durationMs: number,
  groupOf: typeof wakeGroup,
): number[] {
  const crowd = Array.from({ length: crowds }, (_, index) =>
    idsOf(endpointsOfCrowd).map((id) => ({ group: groupOf({ id, owner: `crowd-${index}` }), sentAt: 0, durationMs })),
  ).flat();
  const id = anyId();
  const quiet = Array.from({ length: 10 }, (_, index) => ({
    group: groupOf({ id, owner: 'quiet' }),
    sentAt: index * secondMs,
    durationMs: 200,
  }));
  const wakes = [...crowd, ...quiet].sort((one, other) => one.sentAt - other.sentAt);
  const taken = takenAt(wakes, workersOfQueue.prompt);
  return wakes.flatMap(({ sentAt, group }, index) =>
    group === groupOf({ id, owner: 'quiet' }) ? [(taken[index] as number) - sentAt] : [],
  );
}

describe('a newsroom beside others whose endpoints keep their workers busy', () => {
  const { prompt } = exchangeTimeoutMs;

  test.each([
    [1, 60, 2_500],
    [1, 2_000, prompt],
    [9, 500, prompt],
    [1, 200, exchangeTimeoutMs.slow],
  ])('(%d with %d endpoints that take %d ms) waits for nothing', (crowds, endpoints, durationMs) => {
    expect(waitsBeside(crowds, endpoints, durationMs, wakeGroup)).toEqual(Array(10).fill(0));
  });

  test('would wait for all of them if each endpoint were a group', () => {
    const waits = waitsBeside(1, 2_000, prompt, ({ id }) => id);
    expect(waits[0]).toBe((2_000 / workersOfQueue.prompt) * prompt);
    expect(waits[0]).toBeGreaterThanOrEqual(minuteMs);
  });

  test('waits for its own endpoints', () => {
    const own = idsOf(60).map((id) => ({ group: wakeGroup({ id, owner: 'crowd' }), sentAt: 0, durationMs: 2_500 }));
    const last = Math.max(...takenAt(own, workersOfQueue.prompt));
    expect(last).toBeGreaterThanOrEqual((60 / workersPerNewsroom - 1) * 2_500);
  });
});
