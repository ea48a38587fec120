import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventTypeOf } from '../../../../events/catalogue/index.ts';
import type { EventData } from '../../../../events/event.ts';
import { eventIdOf } from '../../../../events/identity.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { refused } from '../../../support/expectations/problem.ts';
import { seedCards } from '../../../support/fixtures/seed-cards.ts';
import { storyteller } from '../../../support/fixtures/storyteller.ts';
import { additions, answerTo, type Known, queryOf, questions } from '../../../support/fixtures/timeline-story.ts';
import { type Capacity, meterCapacity } from '../../../support/world/capacity.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

interface Value {
  readonly value: string;
  readonly name: string | null;
  readonly count: number;
}

let world: World;
let take: () => Capacity;
let runs = 0;

const facets = (query: string) => world.get(`/v1/timeline/facets?${query}`);
const day = (index: number) => new Date(Date.UTC(1990, 0, 1 + index)).toISOString().slice(0, 10);
const nameless = (...counted: [string, number][]) => ({
  values: counted.map(([value, count]) => ({ value, name: null, count })),
  more: 0,
});

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
});

afterAll(() => world.stop());

describe('facets', () => {
  const subject = 'found';
  const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
  const armenia = { name: 'Armenia', iso3166: 'AM' };
  let first: string;

  beforeAll(async () => {
    await world.call('PUT', `/v1/stories/${subject}`, { body: { title: 'The first title' } });
    await world.settle(eventIdOf('/stories', subject));
    const large = { summary: 'x'.repeat(5_000) };
    await world.post([
      developmentWith({ when: { edtf: '2020-11-01' }, places: [lachin], actors: [armenia] }, { subject }),
      developmentWith(
        { when: { edtf: '2020-11-02' }, places: [{ ...lachin, name: 'Laçın' }], topics: ['medtop:20000056'] },
        { subject },
      ),
      developmentWith({ when: { edtf: '2020-12-01' }, status: 'planned', stories: ['side'] }, { subject }),
      {
        ...developmentWith(
          { when: { edtf: '2021' }, ...large, actors: [{ name: 'French Senate' }], parties: [armenia] },
          { subject },
        ),
        type: 'hostilities.reported',
      },
    ]);
    first = (await facets(`story=${subject}`)).body.asOf;
  });

  test('are all values of a timeline with their names and counts, those that most entries have first', async () => {
    const { status, body, headers } = await facets(`story=${subject}`);
    expect([status, body]).toEqual([
      200,
      {
        facets: {
          story: {
            values: [
              { value: subject, name: 'The first title', count: 4 },
              { value: 'side', name: null, count: 1 },
            ],
            more: 0,
          },
          type: {
            values: [
              { value: 'development.reported', name: eventTypeOf('development.reported')?.description, count: 3 },
              { value: 'hostilities.reported', name: eventTypeOf('hostilities.reported')?.description, count: 1 },
            ],
            more: 0,
          },
          place: { values: [{ value: 'AZ-LAC', name: 'Laçın', count: 2 }], more: 0 },
          actor: {
            values: [
              { value: 'AM', name: 'Armenia', count: 2 },
              { value: 'french-senate', name: 'French Senate', count: 1 },
            ],
            more: 0,
          },
          topic: nameless(['medtop:20000056', 1]),
          status: nameless(['confirmed', 3], ['planned', 1]),
          newsroom: nameless(['example', 4]),
        },
        entries: 4,
        complete: true,
        stoppedAt: null,
        range: { from: null, to: null, tz: null, match: 'overlap' },
        asOf: expect.stringMatching(/Z$/),
        nextCursor: null,
      },
    ]);
    expect(headers).toMatchObject({
      etag: expect.any(String),
      'cache-control': expect.stringContaining('max-age=1,'),
    });
    const known = { headers: { 'if-none-match': String(headers.etag) } };
    expect(await world.call('GET', `/v1/timeline/facets?story=${subject}`, known)).toMatchObject({ status: 304 });
  });

  test('are those of the entries that the filters and the range find', async () => {
    const { body } = await facets(`story=${subject}&date=2020-11&tz=Asia/Baku&match=within&place=az-lac,nowhere`);
    expect([body.entries, body.facets.status, body.facets.topic, body.range]).toEqual([
      2,
      nameless(['confirmed', 2]),
      nameless(['medtop:20000056', 1]),
      { from: '2020-11', to: '2020-11', tz: 'Asia/Baku', match: 'within' },
    ]);
    const nothing = (await facets('story=nobody')).body;
    expect([nothing.entries, nothing.complete, nothing.facets.actor]).toEqual([0, true, { values: [], more: 0 }]);
  });

  test('as of an earlier instant have the titles and names of then', async () => {
    const before = (await facets(`story=${subject}&asOf=${first}`)).body;
    const headers = { 'if-match': '"0"' };
    await world.call('PUT', `/v1/stories/${subject}`, { headers, body: { title: 'Another title' } });
    await world.settle(eventIdOf('/stories', subject));
    const { body } = await world.post(
      developmentWith({ actors: [{ ...armenia, name: 'Republic of Armenia' }] }, { subject }),
    );
    await world.settle(body.id);
    const then = await facets(`story=${subject}&asOf=${first}`);
    expect(then.body).toEqual(before);
    expect(then.headers['cache-control']).toContain('immutable');
    const now = (await facets(`story=${subject}`)).body.facets;
    expect([now.story.values[0].name, now.actor.values[0]]).toEqual([
      'Another title',
      { value: 'AM', name: 'Republic of Armenia', count: 3 },
    ]);
  });

  test('have the titles of all their stories as soon as these are described', async () => {
    const { id } = (await world.post(developmentWith({ stories: ['untitled-side'] }, { subject: 'untitled' }))).body;
    await world.settle(id);
    const before = await facets('story=untitled');
    await world.call('PUT', '/v1/stories/untitled-side', { body: { title: 'The title of the side' } });
    await world.settle(eventIdOf('/stories', 'untitled-side'));
    const known = { headers: { 'if-none-match': String(before.headers.etag) } };
    const { status, body } = await world.call('GET', '/v1/timeline/facets?story=untitled', known);
    expect([status, body.facets.story.values]).toEqual([
      200,
      [
        { value: 'untitled', name: null, count: 1 },
        { value: 'untitled-side', name: 'The title of the side', count: 1 },
      ],
    ]);
    const then = await facets(`story=untitled&asOf=${before.body.asOf}`);
    expect(then.body).toEqual(before.body);
  });

  test.each([
    ['interval=day', 'interval'],
    ['limit=5', 'limit'],
    ['order=desc', 'order'],
    ['format=csv', 'format'],
    ['type=none', 'type'],
    ['story=a,,b', 'story'],
    ['from=2020-11-10T00:00', 'from'],
    ['cursor=e30', 'cursor'],
    ['asOf=2999-01-01T00:00:00Z', 'asOf'],
  ])('refuse %s', async (query, parameter) => {
    expect(await facets(query)).toMatchObject({ status: 400, body: refused({ parameter }) });
  });
});

/** What must be counted: of each entry that a walk finds, its values. */
function countsOf(found: readonly Known[], valuesOf: (known: Known) => readonly string[]): [string, number][] {
  const all = found.flatMap(valuesOf);
  return [...new Set(all)]
    .map((value): [string, number] => [value, all.filter((one) => one === value).length])
    .sort(([one, many], [other, few]) => few - many || (one < other ? -1 : 1));
}

test('facets count just the entries that a walk finds, each once in each of its values', async () => {
  const cases = fc.record({
    told: fc.array(additions, { minLength: 3, maxLength: 25, size: 'max' }),
    asked: fc.array(questions, { minLength: 6, maxLength: 12, size: 'max' }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ told, asked }) => {
      const run = `facets-${++runs}`;
      const teller = storyteller(world, run);
      await teller.tell(told);
      for (const question of asked) {
        const query = new URLSearchParams(queryOf({ ...question, descending: false }, run));
        query.delete('limit');
        const { status, body } = await facets(String(query));
        const ids = answerTo(question, teller.told()).map((entry) => (entry as { id: string }).id);
        const found = teller.told().filter(({ id }) => ids.includes(id));
        const counted = (parameter: string) =>
          body.facets[parameter].values.map(({ value, count }: Value) => [value, count]);
        expect([status, body.entries, body.complete]).toEqual([200, found.length, true]);
        expect(counted('status')).toEqual(countsOf(found, (one) => [one.told.status]));
        expect(counted('type')).toEqual(countsOf(found, (one) => [one.type]));
        expect(counted('topic')).toEqual(countsOf(found, (one) => one.told.topics));
        expect(counted('place')).toEqual(countsOf(found, (one) => one.told.places.map((name) => `${run}-${name}`)));
        expect(counted('story')).toEqual(
          countsOf(found, (one) => ['main', ...one.told.stories].map((name) => `${run}-${name}`)),
        );
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

test('facets of a long story say how far they looked and how many more values there are, and go on by cursor', async () => {
  const event = (index: number, subject: string) => ({
    ...developmentWith(),
    subject,
    data: {
      ...requiredFields,
      when: { edtf: day(index) },
      actors: [{ name: `Actor ${index % 60}` }, { name: `Only ${index}`, iso3166: 'AM' }],
    } as EventData,
  });
  await seedCards(
    'S#short',
    Array.from({ length: 100 }, (_, index) => event(index, 'short')),
  );
  await seedCards(
    'S#long',
    Array.from({ length: 4_200 }, (_, index) => event(index, 'long')),
  );
  take();
  const short = await facets('story=short');
  const costOfShort = take().read;
  const { body, headers } = await facets('story=long');
  const costOfLong = take().read;
  expect([short.body.entries, short.body.complete, short.body.facets.actor.more]).toEqual([100, true, 11]);
  expect([body.entries, body.complete, body.stoppedAt]).toEqual([4_000, false, `${day(3_999)}T00:00:00.000Z`]);
  expect([body.facets.actor.values.length, body.facets.actor.values[0]]).toEqual([
    50,
    { value: 'AM', name: 'Only 3999', count: 4_000 },
  ]);
  const next = (await world.get(/^<https:..timeline.example.org(.*)>; rel="next"$/.exec(headers.link ?? '')?.[1] ?? ''))
    .body;
  expect([next.entries, next.complete, next.asOf]).toEqual([200, true, body.asOf]);
  // What the cards have, at 4 KB a unit, half as dear as consistent reads; and the checkpoint, the head and the title.
  expect(costOfShort).toBeLessThanOrEqual(14);
  expect(costOfLong).toBeLessThanOrEqual(400);
});
