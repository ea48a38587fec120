import { describe, expect, test } from '@jest/globals';
import { type Amounts, type DailyUse, exceededQuota, sampled, useOf } from '../../events/quota.ts';
import { chance } from '../support/models/chance.ts';

const limits = { events: 100, changes: 50, bytes: 10_000 };
const now = Date.parse('2026-11-27T22:59:59.500Z');
const by = (used: Partial<Amounts>, more: Partial<DailyUse> = {}): DailyUse => ({
  day: '2026-11-27',
  used: { events: 0, changes: 0, bytes: 0, ...used },
  limits,
  ...more,
});
const caller = { newsroom: 'afp', now };

describe('a quota', () => {
  test('that is used up is an error that says what is used of what, and when the day of UTC ends', () => {
    expect(exceededQuota(by({ events: 112 }), ['events', 'bytes'], caller)).toMatchObject({
      name: 'QuotaExceeded',
      message:
        'The newsroom afp has used about 112 of the 100 events that it may use today. Send the request again after 2026-11-28T00:00:00.000Z, or ask the operator for a higher quota.',
      exceeded: {
        newsroom: 'afp',
        quota: 'events',
        limit: 100,
        used: 112,
        resetsAt: '2026-11-28T00:00:00.000Z',
        retryAfterSeconds: 3_601,
      },
    });
  });

  test.each<[string, DailyUse, string | undefined]>([
    ['is used up to the last', by({ events: 100 }), 'events'],
    ['has one left', by({ events: 99, changes: 1_000 }), undefined],
    ['of bytes is used up', by({ events: 99, bytes: 10_000 }), 'bytes'],
    ['is nothing', by({}, { limits: { ...limits, events: 0 } }), 'events'],
    ['was used up yesterday', by({ events: 100 }, { day: '2026-11-26' }), undefined],
  ])('that %s: %#', (_, use, quota) => {
    expect(exceededQuota(use, ['events', 'bytes'], caller)?.exceeded.quota).toBe(quota);
  });
});

describe('a request uses', () => {
  test.each<[string, Partial<Amounts>, number, Amounts]>([
    ['a KiB, if it is small and writes nothing', {}, 10, { events: 0, changes: 0, bytes: 1_024 }],
    ['the bytes that it sends', { events: 2 }, 5_000, { events: 2, changes: 0, bytes: 5_000 }],
    [
      'the bytes that are stored, if they are more',
      { changes: 1, bytes: 60_000 },
      50,
      { events: 0, changes: 1, bytes: 60_000 },
    ],
  ])('%s', (_, written, sentBytes, use) => {
    expect(useOf(written, sentBytes)).toEqual(use);
  });
});

describe('what is counted', () => {
  test.each<[string, Amounts, number, Amounts | null]>([
    ['one event', { events: 1, changes: 0, bytes: 1_500 }, 0.0624, { events: 16, changes: 0, bytes: 24_000 }],
    ['one event', { events: 1, changes: 0, bytes: 1_500 }, 0.0625, null],
    ['a refused request', { events: 0, changes: 0, bytes: 1_024 }, 0, { events: 0, changes: 0, bytes: 16_384 }],
    ['a batch of four', { events: 4, changes: 0, bytes: 4_000 }, 0.2499, { events: 16, changes: 0, bytes: 16_000 }],
    ['a batch of four', { events: 4, changes: 0, bytes: 4_000 }, 0.25, null],
    [
      'a batch of a hundred',
      { events: 100, changes: 0, bytes: 90_000 },
      0.999,
      { events: 100, changes: 0, bytes: 90_000 },
    ],
  ])('of %s (%j) by a draw of %d is %j', (_, use, draw, counted) => {
    expect(sampled(use, draw)).toEqual(counted);
  });

  test('is what was used within a few per cent, whether events come alone or in batches, and costs one write in sixteen at most', () => {
    const { below } = chance(7);
    const draw = () => below(2 ** 30) / 2 ** 30;
    for (const size of [1, 3, 10, 100]) {
      const errors = Array.from({ length: 100 }, () => {
        const requests = 10_000 / size;
        let events = 0;
        let bytes = 0;
        let writes = 0;
        for (let request = 0; request < requests; request++) {
          const counted = sampled({ events: size, changes: 0, bytes: 1_000 * size }, draw());
          events += counted?.events ?? 0;
          bytes += counted?.bytes ?? 0;
          writes += counted ? 1 : 0;
        }
        return {
          ofEvents: events / (requests * size) - 1,
          ofBytes: bytes / (requests * size * 1_000) - 1,
          writes: writes / (requests * size),
        };
      });
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const spread = (values: number[]) => Math.sqrt(mean(values.map((value) => value ** 2)));
      for (const values of [errors.map(({ ofEvents }) => ofEvents), errors.map(({ ofBytes }) => ofBytes)]) {
        expect(Math.abs(mean(values))).toBeLessThan(0.01);
        expect(spread(values)).toBeLessThan(0.045);
      }
      expect(mean(errors.map(({ writes }) => writes))).toBeLessThan(1.01 / 16);
    }
  });
});
