import { describe, expect, test } from '@jest/globals';
import { check } from '@placemarkio/check-geojson';
import fc from 'fast-check';
import { parseEvent } from '../../../events/event.ts';
import { entriesOf } from '../../../functions/lib/formats/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { geojson } from '../../../functions/lib/formats/geojson.ts';
import { ownFields, requiredFields } from '../../events/samples.ts';
import { documentOf, documentWith, emptyDocument, entryText, hostileDocument, storyDocument } from './documents.ts';

interface Collection {
  readonly type: 'FeatureCollection';
  readonly features: readonly { id: string; geometry: object | null; properties: Record<string, unknown> }[];
}

/** Throws on whatever RFC 7946 does not allow. */
const collectionOf = (document: TimelineDocument): Collection => check(geojson.render(document)) as Collection;

const geometryOf = (document: TimelineDocument) => collectionOf(document).features[0]?.geometry;

const point = (...coordinates: number[]) => ({ type: 'Point', coordinates });
const clockwise = [
  [0, 0],
  [0, 9],
  [9, 9],
  [9, 0],
  [0, 0],
];
const counterclockwise = clockwise.toReversed();
const hole = [
  [3, 3],
  [6, 3],
  [6, 6],
  [3, 6],
  [3, 3],
];

const places = (...geometries: (object | undefined)[]) => ({
  places: geometries.map((geometry, index) => ({ name: `Place ${index}`, ...(geometry && { geometry }) })),
});

describe('GeoJSON', () => {
  test('says what it is', () => {
    expect(geojson).toMatchObject({ name: 'geojson', mediaType: 'application/geo+json' });
  });

  test('is a collection of nothing where there is nothing', () => {
    expect(collectionOf(emptyDocument)).toEqual({
      type: 'FeatureCollection',
      title: 'Timeline',
      range: { from: null, to: null, tz: null, match: 'overlap' },
      asOf: '2020-12-02T12:00:00.000Z',
      nextCursor: null,
      links: [{ rel: 'self', href: emptyDocument.self, type: 'application/geo+json' }],
      features: [],
    });
  });

  test('names its story and the next page beside the features', () => {
    const { title, description, nextCursor, self, next } = storyDocument;
    expect(collectionOf(storyDocument)).toMatchObject({
      title,
      description,
      nextCursor,
      links: [
        { rel: 'self', href: self },
        { rel: 'next', href: next },
      ],
    });
  });

  test('has a feature for each entry, in order, nowhere if no place has a geometry', () => {
    const { features } = collectionOf(storyDocument);
    expect(features.map(({ id, properties }) => [id, properties.headline])).toEqual(
      entriesOf(storyDocument).map(({ id, data }) => [id, data.headline]),
    );
    expect(
      features.filter(({ geometry }) => geometry).map(({ properties, geometry }) => [properties.places, geometry]),
    ).toEqual([
      ['Jabrayil', { type: 'Point', coordinates: [47.03, 39.4] }],
      ['Fuzuli', { type: 'Point', coordinates: [47.14, 39.6] }],
      ['Zangilan', { type: 'Point', coordinates: [46.65, 39.09] }],
      ['Qubadli', { type: 'Point', coordinates: [46.58, 39.34] }],
      ['Aghdam', { type: 'Point', coordinates: [46.93, 39.99] }],
      ['Kalbajar', { type: 'Point', coordinates: [46.04, 40.11] }],
      ['Lachin', { type: 'Point', coordinates: [46.55, 39.64] }],
    ]);
  });

  test('tells in flat properties when and where it was, what was corrected, and where to find it', () => {
    const corrected = collectionOf(storyDocument).features.find(({ properties }) => properties.correction_note);
    expect(corrected?.properties).toEqual({
      url: 'https://timeline.example/events/evt_te73c6vbre67e74ncy75l2s54c',
      headline: 'Russian peacekeepers deploy under the truce',
      summary:
        'Their mandate is for five years. It is renewed for five more unless a party objects six months before it ends.',
      language: 'en',
      type: 'peacekeepers.deployed',
      story: 'karabakh-2020',
      status: 'confirmed',
      certainty: null,
      edtf: '2020-11-10',
      tz: 'Asia/Baku',
      kind: 'point',
      precision: 'day',
      first_day: '2020-11-10',
      last_day: '2020-11-10',
      earliest: '2020-11-09T20:00:00.000Z',
      latest: '2020-11-10T19:59:59.999Z',
      actors: 'Russia',
      places: 'Nagorno-Karabakh',
      topics: 'medtop:20000073',
      publishers: 'AFP; Wikipedia; The Kremlin',
      sources:
        'https://www.themoscowtimes.com/author/afp-2 https://en.wikipedia.org/wiki/2020_Nagorno-Karabakh_ceasefire_agreement http://en.kremlin.ru/events/president/news/64384',
      newsroom: 'example',
      revision: 1,
      position: 8,
      published_at: '2020-12-02T09:38:00.250Z',
      correction_note: 'The agreement says 1,960 peacekeepers; the first entry had "nearly 2,000".',
      corrected_at: '2020-12-02T09:38:00.250Z',
      stories: null,
      related: 'under evt_xcz4po62fm6ivdihepoqa62kzz',
      media_url: null,
      media_alternative_text: null,
      media_credit: null,
      media_licence: null,
      media_caption: null,
      media_width: null,
      media_height: null,
      from: 'Russia',
      from_role: null,
      quantity_low: null,
      quantity_best: 1960,
      quantity_high: null,
      quantity_qualifier: 'exact',
      quantity_unit: 'soldiers',
      mandate_duration: 'P5Y',
      mandate_renewable_by: 'P5Y',
      mandate_notice: 'P6M',
    });
  });

  test.each([
    ['no place', {}, null],
    ['no geometry', places(undefined), null],
    ['an empty collection', places({ type: 'GeometryCollection', geometries: [] }), null],
    ['one point', places(undefined, point(46.6, 39.6)), point(46.6, 39.6)],
    [
      'one shape with its box',
      places({ ...point(1, 2, 3), bbox: [1, 2, 1, 2] }),
      { ...point(1, 2, 3), bbox: [1, 2, 1, 2] },
    ],
    [
      'several points',
      places(point(1, 2), point(3, 4)),
      {
        type: 'MultiPoint',
        coordinates: [
          [1, 2],
          [3, 4],
        ],
      },
    ],
    ['a collection of one', places({ type: 'GeometryCollection', geometries: [point(1, 2)] }), point(1, 2)],
    [
      'lines and several lines',
      places({ type: 'LineString', coordinates: hole }, { type: 'MultiLineString', coordinates: [hole] }),
      { type: 'MultiLineString', coordinates: [hole, hole] },
    ],
    [
      'an outline and several',
      places(
        { type: 'Polygon', coordinates: [counterclockwise] },
        { type: 'MultiPolygon', coordinates: [[counterclockwise]] },
      ),
      { type: 'MultiPolygon', coordinates: [[counterclockwise], [counterclockwise]] },
    ],
    [
      'a point and a collection, which does not come to stand within another',
      places(point(1, 2), {
        type: 'GeometryCollection',
        geometries: [point(3, 4), { type: 'LineString', coordinates: hole }],
      }),
      {
        type: 'GeometryCollection',
        geometries: [point(1, 2), point(3, 4), { type: 'LineString', coordinates: hole }],
      },
    ],
    [
      'outlines that run the wrong way',
      places({ type: 'Polygon', coordinates: [clockwise, hole] }),
      { type: 'Polygon', coordinates: [counterclockwise, hole.toReversed()] },
    ],
  ])('draws what the places are: %s', (_, data, geometry) => {
    expect(geometryOf(documentWith(data))).toEqual(geometry);
  });

  test('draws also the places that only the type has a field for, and the same place once', () => {
    const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC', geometry: point(46.55, 39.64) };
    const data = { ...requiredFields, ...ownFields['district.ceded'], district: lachin, places: [lachin] };
    const event = parseEvent({ type: 'district.ceded', subject: 'a', data }, { id: 'a', source: '/newsrooms/example' });
    expect(geometryOf(documentOf([entryText(event, 0)]))).toEqual(lachin.geometry);
  });

  test('gives instants that RFC 3339 can write', () => {
    const { features } = collectionOf(documentWith({ when: { edtf: '9999-12-31', tz: 'America/New_York' } }));
    expect(features[0]?.properties).toMatchObject({
      earliest: '9999-12-31T05:00:00.000Z',
      latest: '9999-12-31T23:59:59.999Z',
    });
  });

  test('keeps hostile text as it is', () => {
    expect(collectionOf(hostileDocument).features.map(({ properties }) => properties.headline)).toEqual(
      entriesOf(hostileDocument).map(({ data }) => data.headline),
    );
  });

  test('is valid whatever geometries there are', () => {
    const position = fc.tuple(fc.integer({ min: -180, max: 180 }), fc.integer({ min: -90, max: 90 }));
    const ring = fc.array(position, { minLength: 3, maxLength: 6 }).map((open) => [...open, open[0]]);
    const of = (type: string, coordinates: fc.Arbitrary<unknown>) =>
      fc.record({ type: fc.constant(type), coordinates });
    const shape = fc.oneof(
      of('Point', position),
      of('MultiPoint', fc.array(position, { minLength: 1, maxLength: 3 })),
      of('LineString', fc.array(position, { minLength: 2, maxLength: 4 })),
      of(
        'MultiLineString',
        fc.array(fc.array(position, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 2 }),
      ),
      of('Polygon', fc.array(ring, { minLength: 1, maxLength: 2 })),
      of('MultiPolygon', fc.array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 })),
    );
    const collection = fc.record({
      type: fc.constant('GeometryCollection'),
      geometries: fc.array(shape, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(shape, collection), { maxLength: 4 }), (geometries) => {
        expect(collectionOf(documentWith(places(...geometries))).features).toHaveLength(1);
      }),
    );
  });
});
