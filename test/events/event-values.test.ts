import { describe, expect, test } from '@jest/globals';
import { extentOf } from '../../events/dates/when.ts';
import type { CloudEvent } from '../../events/event.ts';
import { allValues, countValues, noValues, valuesOf, valuesWithout } from '../../events/event-values.ts';
import { developmentWith } from './samples.ts';

const eventOf = (data: object) => developmentWith(data) as unknown as CloudEvent;
const newsroom = 'example';
const { precision: _, ...day } = extentOf({ edtf: '2020-12-01' });

describe('the values of a revision', () => {
  test('are its facets, topics, status, newsroom and date', () => {
    const event = eventOf({
      places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }],
      actors: [{ name: 'Minsk Group' }],
      topics: ['medtop:20000056'],
      stories: ['minsk-group'],
    });
    expect(valuesOf({ event, newsroom })).toEqual({
      stories: ['karabakh-2020', 'minsk-group'],
      types: ['development.reported'],
      places: ['AZ-LAC'],
      actors: ['minsk-group'],
      topics: ['medtop:20000056'],
      statuses: ['confirmed'],
      newsrooms: ['example'],
      spans: [day],
    });
  });

  test('of the description of a story are only its story and its newsroom', () => {
    const event = { type: 'story.described', subject: 'a', data: { title: 'A' } } as unknown as CloudEvent;
    expect(valuesOf({ event, newsroom })).toEqual({ ...noValues, stories: ['a'], newsrooms: ['example'] });
  });

  test('have the extent that was computed when the revision was accepted', () => {
    const extent = extentOf({ edtf: '2020-12-02' });
    const then = eventOf({ when: { edtf: '2020-12-02' } });
    expect(valuesOf({ event: eventOf({}), newsroom, extent }).spans).toEqual(valuesOf({ event: then, newsroom }).spans);
  });
});

describe('the values of several revisions', () => {
  const one = valuesOf({ event: eventOf({ places: [{ name: 'Lachin' }] }), newsroom });
  const other = valuesOf({ event: eventOf({ places: [{ name: 'Shusha' }], status: 'planned' }), newsroom });

  test('are the values of each, without repetition', () => {
    expect(allValues(one, other)).toEqual({
      stories: ['karabakh-2020'],
      types: ['development.reported'],
      places: ['lachin', 'shusha'],
      actors: [],
      topics: [],
      statuses: ['confirmed', 'planned'],
      newsrooms: ['example'],
      spans: [day],
    });
    expect(countValues(allValues(one, other))).toBe(8);
    expect(allValues(noValues, one)).toEqual(one);
  });

  test('without the values of one are those that only the others have', () => {
    expect(valuesWithout(allValues(one, other), one)).toEqual({
      ...noValues,
      places: ['shusha'],
      statuses: ['planned'],
    });
    expect(valuesWithout(one, one)).toEqual(noValues);
  });
});

describe('that values were taken down', () => {
  const removed = { ...noValues, stories: ['a'], removed: true } as const;
  test('is carried on by whatever follows', () => {
    expect(allValues(noValues, removed)).toEqual(removed);
    expect(allValues(removed, noValues)).toEqual(removed);
    expect(valuesWithout(removed, removed)).toEqual({ ...noValues, removed: true });
  });
  test('does not count as a value', () => {
    expect(countValues(removed)).toBe(1);
  });
});
