import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, type Interval } from '../../../../events/dates/bucket.ts';
import { parseRange } from '../../../../events/dates/range.ts';
import { extentOf } from '../../../../events/dates/when.ts';
import type { EventData } from '../../../../events/event.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { seedCards } from '../../../support/fixtures/seed-cards.ts';
import { storyteller } from '../../../support/fixtures/storyteller.ts';
import { additions, answerTo, type Known, queryOf, questions } from '../../../support/fixtures/timeline-story.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

interface Count {
  readonly bucket: string | null;
  readonly certain: number;
  readonly possible: number;
}

let world: World;
let runs = 0;

const counts = (query: string) => world.get(`/v1/timeline/counts?${query}`);
const day = (index: number) => new Date(Date.UTC(1990, 0, 1 + index)).toISOString().slice(0, 10);

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

describe('counts', () => {
  const edtfs = [
    ...['2020-10-31', '2020-11-09', '2020-11-09', '2020-11-30', '2020-12-01', '2021'],
    ...['2020-11', '1988/1994', '2020-11-10/..', '../2020-11-10', '/2020-11-09'],
  ];

  beforeAll(async () => {
    await world.post(edtfs.map((edtf) => developmentWith({ when: { edtf } }, { subject: 'counted' })));
  });

  test.each<[string, string, [string | null, number, number][]]>([
    [
      'of days',
      'interval=day',
      [
        [null, 2, 0],
        ['1988-01-01', 1, 0],
        ['2020-10-31', 1, 0],
        ['2020-11-01', 1, 0],
        ['2020-11-09', 2, 0],
        ['2020-11-10', 1, 0],
        ['2020-11-30', 1, 0],
        ['2020-12-01', 1, 0],
        ['2021-01-01', 1, 0],
      ],
    ],
    [
      'of months',
      'interval=month',
      [
        [null, 2, 0],
        ['1988-01', 1, 0],
        ['2020-10', 1, 0],
        ['2020-11', 5, 0],
        ['2020-12', 1, 0],
        ['2021-01', 1, 0],
      ],
    ],
    [
      'of years',
      'interval=year',
      [
        [null, 2, 0],
        ['1988', 1, 0],
        ['2020', 7, 0],
        ['2021', 1, 0],
      ],
    ],
    [
      'of what a range finds, each in it',
      'interval=day&from=2020-11-09&to=2020-11-30',
      [
        // The ninth has two of its own, a month that may be, and two that began before.
        ['2020-11-09', 4, 1],
        ['2020-11-10', 1, 0],
        ['2020-11-30', 1, 0],
      ],
    ],
    ['of what may be, apart', 'interval=year&from=2021-06&to=2021-06', [['2021', 1, 1]]],
    ['of nothing', 'interval=day&to=1900&match=within', []],
    ['of nothing that was known', 'interval=day&asOf=2000-01-01T00:00:00Z', []],
  ])('%s', async (_, query, expected) => {
    const { status, body } = await counts(`story=counted&${query}`);
    expect([status, body.nextCursor, body.interval]).toEqual([200, null, /interval=(\w+)/.exec(query)?.[1]]);
    expect(body.counts).toEqual(expected.map(([bucket, certain, possible]) => ({ bucket, certain, possible })));
  });

  test('are answered with their range and moment', async () => {
    const { body, headers } = await counts('interval=month&story=counted&date=2020-11&tz=Asia/Baku&match=within');
    expect(body).toEqual({
      interval: 'month',
      counts: expect.any(Array),
      complete: true,
      stoppedAt: null,
      range: { from: '2020-11', to: '2020-11', tz: 'Asia/Baku', match: 'within' },
      asOf: (await world.get('/v1/timeline?story=counted')).body.asOf,
      nextCursor: null,
    });
    expect(headers).not.toHaveProperty('link');
  });

  test('are empty for a story that nobody tells', async () => {
    expect(await counts('interval=day&story=nobody')).toMatchObject({ status: 200, body: { counts: [] } });
  });

  test.each([
    ['no interval', '', 'interval'],
    ['another interval', 'interval=week', 'interval'],
    ['an empty interval', 'interval=', 'interval'],
    ['an interval in capitals', 'interval=DAY', 'interval'],
    ['two intervals', 'interval=day&interval=day', 'interval'],
    ['a limit', 'interval=day&limit=5', 'limit'],
    ['an order', 'interval=day&order=desc', 'order'],
    ['a format', 'interval=day&format=csv', 'format'],
    ['a parameter that there is not', 'interval=day&bucket=5', 'bucket'],
    ['a type that there is not', 'interval=day&type=none', 'type'],
    ['a naive time', 'interval=day&from=2020-11-10T00:00', 'from'],
    ['a cursor of nobody', 'interval=day&cursor=e30', 'cursor'],
    ['an instant that has not come', 'interval=day&asOf=2999-01-01T00:00:00Z', 'asOf'],
  ])('refuse %s', async (_, query, parameter) => {
    expect(await counts(query)).toMatchObject({ status: 400, body: refused({ parameter }) });
  });
});

/** What must be counted: of each event that a walk finds, the bucket. */
function countsOf(known: readonly Known[], found: readonly object[], range: object, interval: Interval): Count[] {
  const expected = new Map<string | null, { certain: number; possible: number }>();
  for (const { id, certainty } of found as { id: string; certainty: 'certain' | 'possible' }[]) {
    const when = known.find((one) => one.id === id)?.told.when as Parameters<typeof extentOf>[0];
    const bucket = bucketOf(extentOf(when), parseRange(range), interval);
    const count = expected.get(bucket) ?? { certain: 0, possible: 0 };
    count[certainty] += 1;
    expected.set(bucket, count);
  }
  const inOrder = (one: Count, other: Count) => (String(one.bucket ?? '') < String(other.bucket ?? '') ? -1 : 1);
  return [...expected].map(([bucket, count]) => ({ bucket, ...count })).sort(inOrder);
}

test('counts are of just what a walk finds, each entry once, in its bucket', async () => {
  const cases = fc.record({
    told: fc.array(additions, { minLength: 3, maxLength: 25, size: 'max' }),
    asked: fc.array(fc.tuple(questions, fc.constantFrom<Interval>('day', 'month', 'year')), {
      minLength: 8,
      maxLength: 15,
      size: 'max',
    }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ told, asked }) => {
      const run = `counts-${++runs}`;
      const teller = storyteller(world, run);
      await teller.tell(told);
      for (const [question, interval] of asked) {
        const query = new URLSearchParams(queryOf({ ...question, descending: false }, run));
        query.delete('limit');
        const { status, body } = await counts(`interval=${interval}&${query}`);
        const found = answerTo({ ...question, descending: false }, teller.told());
        expect([status, body.counts]).toEqual([200, countsOf(teller.told(), found, question.range, interval)]);
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

test('counts of more than one answer holds go on by cursor, as of the moment of the first', async () => {
  const events = Array.from({ length: 4_200 }, (_, index) => ({
    ...developmentWith(),
    subject: 'long',
    data: { ...requiredFields, when: { edtf: day(index) } } as EventData,
  }));
  await seedCards('S#long', events);
  const moments = new Set<string>();
  const sum = new Map<string | null, number>();
  let answers = 0;
  for (let next: string | undefined = '/v1/timeline/counts?interval=month&story=long'; next; answers++) {
    const { status, body, headers } = await world.get(next);
    expect([status, body.nextCursor === null]).toEqual([200, headers.link === undefined]);
    const stoppedAt = answers === 0 ? `${day(3_999)}T00:00:00.000Z` : null;
    expect([body.complete, body.stoppedAt]).toEqual([answers === 1, stoppedAt]);
    for (const { bucket, certain, possible } of body.counts as Count[]) {
      expect(possible).toBe(0);
      sum.set(bucket, (sum.get(bucket) ?? 0) + certain);
    }
    moments.add(body.asOf);
    next = /^<(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1];
  }
  const expected = new Map<string, number>();
  for (let index = 0; index < events.length; index++) {
    const month = day(index).slice(0, 7);
    expected.set(month, (expected.get(month) ?? 0) + 1);
  }
  expect(sum).toEqual(expected);
  expect([answers, moments.size]).toEqual([2, 1]);

  const { body } = await counts('interval=month&story=long');
  for (const other of [
    'interval=year&story=long',
    'interval=month&story=counted',
    'interval=month&story=long&to=2000',
  ]) {
    const reply = await counts(`${other}&cursor=${body.nextCursor}`);
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
  }
  const timeline = await world.get(`/v1/timeline?story=long&cursor=${body.nextCursor}`);
  expect(timeline).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
});
