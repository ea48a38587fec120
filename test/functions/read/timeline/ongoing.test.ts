import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventData } from '../../../../events/event.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { seedCards } from '../../../support/fixtures/seed-cards.ts';
import { type Capacity, meterCapacity } from '../../../support/world/capacity.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const spans = 1_000;
const day = '2020-11-20';
const dayBefore = (index: number) => new Date(Date.parse(day) - (1 + index) * 86_400_000).toISOString().slice(0, 10);

let world: World;
let take: () => Capacity;

beforeAll(async () => {
  world = await startWorld();
  const others = ['2020-11-20', '2020-11', '2020', '2020-11-18/2020-11-21', '2020-11-20/2022', '2019/..', '2018-05-01'];
  const edtfs = [
    // They began within half a year before the day, and last for 400 days.
    ...Array.from({ length: spans }, (_, index) => `${dayBefore(index % 180)}/2021-12-20`),
    ...others,
  ];
  const events = edtfs.map((edtf, index) => ({
    ...developmentWith(),
    subject: 'long',
    data: {
      ...requiredFields,
      headline: `${index} ${edtf}`,
      when: { edtf, ...(edtf.includes('/') && { kind: 'span' }) },
    } as EventData,
  }));
  await seedCards('S#long', events);
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});

afterAll(() => world.stop());

async function found(query: string): Promise<{ edtfs: string[]; units: number }> {
  take();
  const { status, body } = await world.get(`/v1/timeline?story=long&date=${day}&limit=50&${query}`);
  expect(status).toBe(200);
  const { read: units } = take();
  return { edtfs: body.entries.map(({ when }: { when: { edtf: string } }) => when.edtf), units };
}

const total = async (query: string) => {
  const { body } = await world.get(`/v1/timeline/counts?interval=year&story=long&date=${day}&${query}`);
  return body.counts.reduce(
    (sum: number, { certain, possible }: { certain: number; possible: number }) => sum + certain + possible,
    0,
  );
};

describe('the news of a day beside a thousand spans that go on', () => {
  test('is found alone, without reading the spans', async () => {
    const { edtfs, units } = await found('ongoing=exclude');
    expect(edtfs).toEqual(['2020-11', '2020-11-20', '2020-11-20/2022']);
    expect(units).toBeLessThanOrEqual(12);
    expect((await found('ongoing=exclude&order=published')).edtfs.toSorted()).toEqual(edtfs.toSorted());
  });

  test('leaves the others, which are found alone too, and both together are all', async () => {
    const counts = await Promise.all(['ongoing=only', 'ongoing=exclude', 'ongoing=include', ''].map(total));
    expect(counts).toEqual([spans + 3, 3, spans + 6, spans + 6]);
    const { body: facets } = await world.get(`/v1/timeline/facets?story=long&date=${day}&ongoing=exclude`);
    expect(facets.entries).toBe(3);
    const { edtfs } = await found('ongoing=only&order=desc');
    expect(edtfs.slice(0, 3)).toEqual(['2020-11-19/2021-12-20', '2020-11-19/2021-12-20', '2020-11-19/2021-12-20']);
  });

  test('is everything where the range has no start, and nothing goes on there', async () => {
    const { body } = await world.get('/v1/timeline?story=long&to=2018-06&ongoing=only');
    expect(body.entries).toEqual([]);
    const { body: all } = await world.get('/v1/timeline?story=long&to=2018-06&ongoing=exclude');
    expect(all.entries).toHaveLength(1);
  });

  test('is asked for by one of three words', async () => {
    const { status, body } = await world.get('/v1/timeline?ongoing=yes');
    expect([status, body.errors]).toEqual([
      400,
      [{ parameter: 'ongoing', detail: 'Must be one of include, only, exclude.' }],
    ]);
  });
});
