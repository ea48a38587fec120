import { describe, expect, test } from '@jest/globals';
import { parseEvent } from '../../../events/event.ts';
import { facetKeysOf, filterValuesOf } from '../../../events/filters/facets.ts';
import { allSharedFields, ownFields, requiredFields } from '../samples.ts';

const revision = { newsroom: 'example' };
const eventOf = (type: string, data: object) =>
  parseEvent(
    { type, subject: 'karabakh-2020', data: { ...requiredFields, ...data } },
    { id: 'a', source: '/newsrooms/example' },
  );

describe('the facets and filter values of an event', () => {
  test('are its stories, its type, and all its actors and places; filters compare its status, topics and newsroom too', () => {
    const event = eventOf('truce.signed', { ...allSharedFields, ...ownFields['truce.signed'] });
    expect(filterValuesOf(event, revision)).toEqual({
      stories: ['karabakh-2020', 'another-story'],
      types: ['truce.signed'],
      statuses: ['disputed'],
      actors: ['Q1', 'AM', 'AZ', 'RU'],
      places: ['BY', 'AZ-LAC'],
      topics: ['medtop:20000056'],
      newsrooms: ['example'],
    });
    expect(facetKeysOf(event)).toEqual([
      ...[
        'ALL',
        'S#karabakh-2020',
        'S#another-story',
        'T#truce.signed',
        'P#BY',
        'P#AZ-LAC',
        'A#Q1',
        'A#AM',
        'A#AZ',
        'A#RU',
      ],
    ]);
  });
  test('contain an actor or place that is named twice only once', () => {
    const event = eventOf('district.ceded', {
      ...ownFields['district.ceded'],
      actors: [
        { name: 'Republic of Armenia', iso3166: 'AM' },
        { name: 'Armenian forces' },
        { name: 'ARMENIAN  FORCES!' },
      ],
      places: [{ name: 'Laçın', iso3166_2: 'AZ-LAC' }],
      stories: ['karabakh-2020', 'b', 'b'],
      topics: ['medtop:20000056', 'medtop:20000056'],
    });
    expect(filterValuesOf(event, revision)).toEqual({
      stories: ['karabakh-2020', 'b'],
      types: ['district.ceded'],
      statuses: ['confirmed'],
      actors: ['AM', 'armenian-forces', 'AZ'],
      places: ['AZ-LAC'],
      topics: ['medtop:20000056'],
      newsrooms: ['example'],
    });
  });
  test('name a place by its part of the country, else its country, else its Wikidata item, else its name', () => {
    const codes = { iso3166_2: 'AZ-LAC', iso3166: 'AZ', qid: 'Q1' };
    const { iso3166_2, ...country } = codes;
    const places = [codes, country, { qid: 'Q1' }, {}].map((code) => ({ name: 'A Place', ...code }));
    expect(filterValuesOf(eventOf('development.reported', { places }), revision).places).toEqual([
      iso3166_2,
      'AZ',
      'Q1',
      'a-place',
    ]);
  });
  test('name an actor without a code like the code if its name has the form of one', () => {
    const actors = ['EU', 'eu', 'q43', 'AZ-LAC', 'E.U.', 'Az'].map((name) => ({ name }));
    expect(filterValuesOf(eventOf('development.reported', { actors }), revision).actors).toEqual([
      'EU',
      'Q43',
      'AZ-LAC',
      'e-u',
      'AZ',
    ]);
  });
  test('of an event without optional fields are its story and its type', () => {
    expect(facetKeysOf(eventOf('development.reported', {}))).toEqual([
      'ALL',
      'S#karabakh-2020',
      'T#development.reported',
    ]);
  });
  test('of the description of a story are its story and its type', () => {
    const event = { type: 'story.described', subject: 'a', data: { title: 'A' } } as unknown as Parameters<
      typeof filterValuesOf
    >[0];
    expect(filterValuesOf(event, revision)).toEqual({
      stories: ['a'],
      types: ['story.described'],
      statuses: [''],
      actors: [],
      places: [],
      topics: [],
      newsrooms: ['example'],
    });
    expect(facetKeysOf(event)).toEqual(['ALL', 'S#a', 'T#story.described']);
  });
});
