import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRange } from '../../../events/dates/range.ts';
import { extentOf } from '../../../events/dates/when.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { allValues, noValues, valuesOf } from '../../../events/event-values.ts';
import { type Filter, matches } from '../../../events/timeline/filter.ts';
import { developmentWith } from '../samples.ts';

const newsroom = 'example';
const event = (data: object = {}, attributes: object = {}) =>
  developmentWith(data, attributes) as unknown as CloudEvent;
const described = {
  type: 'story.described',
  subject: 'karabakh-2020',
  data: { title: 'Nagorno-Karabakh', timezone: 'Asia/Baku', language: 'en' },
} as unknown as CloudEvent;

const lachin = event({
  places: [{ name: 'Lachin', iso3166: 'AZ', iso3166_2: 'AZ-LAC' }],
  actors: [{ name: 'Minsk Group' }],
  topics: ['medtop:20000056'],
  stories: ['minsk-group'],
});

describe('a filter', () => {
  test.each<[string, Filter, boolean]>([
    ['nothing', {}, true],
    ['its own story', { stories: ['karabakh-2020'] }, true],
    ['a further story', { stories: ['minsk-group'] }, true],
    ['another story', { stories: ['minsk'] }, false],
    ['one of two stories', { stories: ['minsk', 'minsk-group'] }, true],
    ['none of no stories', { stories: [] }, false],
    ['its type', { types: ['talks.held', 'development.reported'] }, true],
    ['a place by its strongest identifier', { places: ['AZ-LAC'] }, true],
    ['a place by a weaker identifier', { places: ['AZ'] }, false],
    ['an actor by its slug', { actors: ['minsk-group'] }, true],
    ['a topic', { topics: ['medtop:20000056'] }, true],
    ['its status', { statuses: ['confirmed'] }, true],
    ['another status', { statuses: ['planned', 'reported'] }, false],
    ['its newsroom', { newsrooms: ['afp', 'example'] }, true],
    ['another newsroom', { newsrooms: ['afp'] }, false],
    ['its place and another newsroom', { places: ['AZ-LAC'], newsrooms: ['afp'] }, false],
    ['its place and another status', { places: ['AZ-LAC'], statuses: ['planned'] }, false],
    ['its day', { range: parseRange({ date: '2020-12-01' }) }, true],
    ['another day', { range: parseRange({ date: '2020-12-02' }) }, false],
    ['a zone alone', { range: parseRange({ tz: 'Asia/Baku' }) }, true],
  ])('for %s', (_words, filter, expected) => {
    expect(matches(filter, valuesOf({ event: lachin, newsroom }))).toBe(expected);
  });

  test('compares the stored extent, whatever the rules of the zone are now', () => {
    const range = parseRange({ date: '2020-12-02' });
    const values = valuesOf({ event: lachin, newsroom, extent: extentOf({ edtf: '2020-12-02' }) });
    expect(matches({ range }, values)).toBe(true);
  });

  test.each<[string, Filter, boolean]>([
    ['nothing', {}, true],
    ['it', { stories: ['minsk', 'karabakh-2020'] }, true],
    ['another', { stories: ['minsk'] }, false],
    ['it and a type', { stories: ['karabakh-2020'], types: ['development.reported'] }, false],
    ['a place', { places: ['AZ-LAC'] }, false],
    ['an actor', { actors: ['karabakh-2020'] }, false],
    ['a topic', { topics: ['medtop:20000056'] }, false],
    ['a status', { statuses: ['confirmed'] }, false],
    ['its newsroom', { newsrooms: ['example'] }, true],
    ['another newsroom', { newsrooms: ['afp'] }, false],
    ['a range', { range: parseRange({ to: '9999' }) }, false],
    ['a zone alone', { range: parseRange({ tz: 'Asia/Baku' }) }, true],
  ])('matches the description of a story as expected if it is for %s', (_words, filter, expected) => {
    expect(matches(filter, valuesOf({ event: described, newsroom }))).toBe(expected);
  });
});

const some = <Item>(...items: Item[]) => fc.subarray(items);
const revisions = fc.array(
  fc
    .record({
      stories: some('a', 'b'),
      places: some('a', 'b'),
      actors: some('a', 'b'),
      status: fc.constantFrom('planned', 'confirmed'),
    })
    .map(({ places, actors, ...data }) =>
      event({ ...data, places: places.map((name) => ({ name })), actors: actors.map((name) => ({ name })) }),
    ),
  { minLength: 1, maxLength: 4 },
);
const filters: fc.Arbitrary<Filter> = fc.record(
  {
    stories: some('a', 'b', 'karabakh-2020'),
    types: some('development.reported', 'talks.held'),
    places: some('a', 'b'),
    actors: some('a', 'b'),
    statuses: some('planned', 'confirmed'),
    newsrooms: some('example', 'afp'),
    range: fc.constantFrom({ date: '2020-12-01' }, { date: '2021' }, {}).map(parseRange),
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe('the values of several revisions', () => {
  test('match every filter that matches one of the revisions', () => {
    fc.assert(
      fc.property(revisions, filters, (events, filter) => {
        const each = events.map((one) => valuesOf({ event: one, newsroom }));
        const isFound = each.some((values) => matches(filter, values));
        const areFound = matches(filter, each.reduce(allValues));
        expect(areFound || !isFound).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('do not match a filter if one of its lists has none of them', () => {
    fc.assert(
      fc.property(revisions, filters, (events, { range: _, ...filter }) => {
        const isFound = matches(filter, events.map((one) => valuesOf({ event: one, newsroom })).reduce(allValues));
        const lists = Object.entries(filter).map(([list, values]) => ({ [list]: values }) as Filter);
        expect(isFound).toBe(
          lists.every((list) => events.some((one) => matches(list, valuesOf({ event: one, newsroom })))),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a filter of values of which some were taken down', () => {
  const taken = { ...noValues, stories: ['karabakh-2020'], newsrooms: ['example'], removed: true } as const;
  test.each<[string, Filter, boolean]>([
    ['any actor matches', { actors: ['jane-roe'] }, true],
    [
      'any type, place, topic and status match',
      { types: ['talks.held'], places: ['X'], topics: ['x'], statuses: [] },
      true,
    ],
    ['any range matches', { range: parseRange({ date: '1990' }) }, true],
    ['its story matches', { stories: ['karabakh-2020'], actors: ['jane-roe'] }, true],
    ['another story does not match', { stories: ['minsk-group'] }, false],
    ['another newsroom does not match', { newsrooms: ['afp'], actors: ['jane-roe'] }, false],
  ])('%s', (_, filter, expected) => {
    expect(matches(filter, taken)).toBe(expected);
  });
});
