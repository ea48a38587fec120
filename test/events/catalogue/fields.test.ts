import { describe, expect, test } from '@jest/globals';
import { parseEvent } from '../../../events/event.ts';
import { refusalOf } from '../refusal.ts';
import { developmentWith } from '../samples.ts';

const parse = (data: object) => parseEvent(developmentWith(data), { id: 'a', source: '/newsrooms/example' });
const errorsWith = (data: object) => refusalOf(() => parse(data));
const label = (value: unknown) => JSON.stringify(value)?.slice(0, 90);
const sources = (source: object) => ({ sources: [{ url: 'https://example.org/', publisher: 'AFP', ...source }] });
const actors = (actor: object) => ({ actors: [{ name: 'Somebody', ...actor }] });
const places = (place: object) => ({ places: [{ name: 'Somewhere', ...place }] });
const quantity = (figures: object) => ({ quantity: { qualifier: 'about', unit: 'people', ...figures } });
const media = (image: object) => ({
  media: [{ url: 'https://example.org/a.jpg', alternativeText: 'A road', credit: 'AFP', licence: 'CC0', ...image }],
});
const geometry = (type: string, coordinates: unknown) => places({ geometry: { type, coordinates } });

const ring = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
];

describe('the catalogue accepts', () => {
  test.each(
    [
      { headline: '𝄞'.repeat(300) },
      { headline: '\u0000 x \u0007' },
      { summary: '' },
      { summary: '𝄞'.repeat(20_000) },
      { language: 'en' },
      { language: 'zh-Hant-TW' },
      actors({ name: '3M' }),
      actors({ name: 'Հայաստան' }),
      actors({ name: '𝄞 1' }),
      places({ iso3166_2: 'GB-ENG' }),
      places({ iso3166_2: 'FR-2A' }),
      places({ qid: 'Q1' }),
      { topics: [] },
      { stories: ['a', 'a'] },
      { relations: [{ rel: 'disputes', id: 'evt_asyx3gvikzcgpakuxzzhxynast' }] },
      { relations: [{ rel: 'amends', id: 'any id / of theirs' }] },
      ...['http://example.org', 'HTTPS://EXAMPLE.ORG/ä?q=ü', 'http://[::1]:8080/', 'https://example.org/a@b:c'].map(
        (url) => sources({ url }),
      ),
      ...[
        '2020',
        '2020-12',
        '2020-12-01',
        '2020-02-29',
        '2020-12-01T12:00:00Z',
        '2020-12-01T12:00:00.123456+04:00',
      ].map((publishedAt) => sources({ publishedAt })),
      media({}),
      media({ url: 'HTTPS://EXAMPLE.ORG/ä.jpg?q=ü#a', caption: 'x'.repeat(2000), width: 1, height: 65535 }),
      { media: [] },
      quantity({ low: 0 }),
      quantity({ best: 0.5 }),
      quantity({ high: -1 }),
      quantity({ low: 1, best: 1, high: 1 }),
      quantity({ low: 1, high: 2 }),
      geometry('Point', [180, -90]),
      geometry('Point', [46.5, 39.6, 1000]),
      geometry('MultiPoint', [[0, 0]]),
      geometry('LineString', [
        [0, 0],
        [1, 1],
      ]),
      geometry('MultiLineString', [
        [
          [0, 0],
          [1, 1],
        ],
      ]),
      geometry('Polygon', [ring, ring]),
      geometry('MultiPolygon', [[ring], [ring]]),
      places({ geometry: { type: 'Point', coordinates: [0, 0], bbox: [0, 0, 0, 0] } }),
      places({ geometry: { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [0, 0] }] } }),
      places({ geometry: { type: 'GeometryCollection', geometries: [] } }),
    ].map((data) => [label(data), data] as const),
  )('%s', (_, data) => {
    expect(parse(data).data).toMatchObject(data);
  });
});

describe('the catalogue does not accept', () => {
  const headline = ['/data/headline', 'Must have at most 300 characters.'];
  const blank = ['/data/headline', 'Must not be blank.'];
  const language = ['/data/language', 'Must be a language tag of BCP 47, such as en or az-Latn.'];
  const nameless = ['/data/actors/0/name', 'Must hold a letter or a digit: filters find it by them.'];
  const country = ['/data/actors/0/iso3166', 'Must be a country code of ISO 3166-1, such as AZ.'];
  const part = ['/data/places/0/iso3166_2', 'Must be the code of a part of a country by ISO 3166-2, such as AZ-LAC.'];
  const item = ['/data/actors/0/qid', 'Must be the id of a Wikidata item, such as Q227.'];
  const topic = ['/data/topics/0', 'Must be a media topic of the IPTC, such as medtop:20000641.'];
  const url = ['/data/sources/0/url', 'Must be an http or https URL, without user name and password.'];
  const date = [
    '/data/sources/0/publishedAt',
    'Must be a day, month or year such as 2020-12-01, or a date and time with its offset.',
  ];
  const image = ['/data/media/0/url', 'Must be an https URL, without user name and password.'];
  const figures = ['/data/quantity', 'Must hold at least one figure: low, best or high.'];
  const rising = ['/data/quantity', 'Must be in rising order: low, best, high.'];
  const position = [
    '/data/places/0/geometry/coordinates',
    'Must be a longitude from -180 to 180, then a latitude from -90 to 90.',
  ];
  const place = '/data/places/0/geometry';
  const shapes = 'Point, MultiPoint, LineString, MultiLineString, Polygon, MultiPolygon';
  const id = 'Must have 1 to 200 characters, none of them a control character.';

  test.each(
    (
      [
        [{ headline: '𝄞'.repeat(301) }, headline],
        ...['', ' ', '\u0000', '\u200b\ufeff', '\u3000\n'].map((text) => [{ headline: text }, blank]),
        ...['', 'en_US', 'english language', 'e', '-'].map((tag) => [{ language: tag }, language]),
        ...['?', '-', '🙂', '\u0301'].map((name) => [actors({ name }), nameless]),
        [actors({ name: 'x'.repeat(201) }), ['/data/actors/0/name', 'Must have at most 200 characters.']],
        ...['az', 'AZE', 'A1', ''].map((iso3166) => [actors({ iso3166 }), country]),
        ...['AZ', 'AZ-', 'az-LAC', 'AZ-LACH', 'AZ-LAC\n'].map((iso3166_2) => [places({ iso3166_2 }), part]),
        ...['Q0', 'q1', 'Q01', '1', 'Q'].map((qid) => [actors({ qid }), item]),
        ...['20000641', 'medtop:2000064', 'medtop:200006411', 'MEDTOP:20000641'].map((name) => [
          { topics: [name] },
          topic,
        ]),
        ...[
          '',
          'example.org',
          'ftp://example.org/',
          'javascript:alert(1)',
          'https:example.org',
          'https:\\\\example.org',
          ' https://example.org',
          'https://example.org/a b',
          'https://user:secret@example.org/',
          'https://user@example.org/',
          'http://',
          'http://example.org:99999/',
        ].map((address) => [sources({ url: address }), url]),
        ...['', 'yesterday', '2021-02-29', '2020-13', '2020-12-01T12:00', '2020-12-01/2020-12-02', '20201201'].map(
          (publishedAt) => [sources({ publishedAt }), date],
        ),
        ...['', 'http://example.org/a.jpg', 'data:image/png;base64,AA==', '//example.org/a.jpg', 'https://a:b@c/'].map(
          (address) => [media({ url: address }), image],
        ),
        [
          media({ url: `https://example.org/${'x'.repeat(2000)}` }),
          ['/data/media/0/url', 'Must have at most 2000 characters.'],
        ],
        ...['alternativeText', 'credit', 'licence'].flatMap((field) => [
          [media({ [field]: undefined }), [`/data/media/0/${field}`, 'Is required: a string.']],
          [media({ [field]: ' ' }), [`/data/media/0/${field}`, 'Must not be blank.']],
        ]),
        [media({ width: 0 }), ['/data/media/0/width', 'Must be at least 1.']],
        [media({ height: 65_536 }), ['/data/media/0/height', 'Must be at most 65535.']],
        [
          {
            media: Array(17).fill({
              url: 'https://example.org/a.jpg',
              alternativeText: 'A',
              credit: 'B',
              licence: 'C',
            }),
          },
          ['/data/media', 'Must hold at most 16 items.'],
        ],
        [quantity({}), figures],
        [quantity({ low: 2, high: 1 }), rising],
        [quantity({ low: 2, best: 1 }), rising],
        [quantity({ best: 2, high: 1 }), rising],
        [quantity({ best: '2' }), ['/data/quantity/best', 'Must be a number, not a string.']],
        [quantity({ best: 2, unit: ' ' }), ['/data/quantity/unit', 'Must not be blank.']],
        [
          quantity({ best: 2, qualifier: 'some' }),
          ['/data/quantity/qualifier', 'Must be one of exact, about, nearly, upTo, moreThan.'],
        ],
        [{ sources: [] }, ['/data/sources', 'Must hold at least 1 item.']],
        [
          { sources: Array(17).fill({ url: 'https://example.org/', publisher: 'AFP' }) },
          ['/data/sources', 'Must hold at most 16 items.'],
        ],
        [{ topics: Array(17).fill('medtop:20000641') }, ['/data/topics', 'Must hold at most 16 items.']],
        [{ actors: Array(17).fill({ name: 'a' }) }, ['/data/actors', 'Must hold at most 16 items.']],
        [{ places: Array(17).fill({ name: 'a' }) }, ['/data/places', 'Must hold at most 16 items.']],
        [{ stories: Array(17).fill('a') }, ['/data/stories', 'Must hold at most 16 items.']],
        [{ relations: Array(17).fill({ rel: 'under', id: 'a' }) }, ['/data/relations', 'Must hold at most 16 items.']],
        [{ relations: [{ rel: 'under', id: '' }] }, ['/data/relations/0/id', id]],
        [
          { relations: [{ rel: 'after', id: 'a' }] },
          ['/data/relations/0/rel', 'Must be one of amends, fulfils, under, disputes.'],
        ],
        ...[
          [181, 0],
          [0, 91],
          [-180.1, 0],
          [46, -91],
        ].map((coordinates) => [geometry('Point', coordinates), position]),
        ...[[], [1], [1, 2, 3, 4]].map((coordinates) => [
          geometry('Point', coordinates),
          [`${place}/coordinates`, 'Must be [longitude, latitude] or [longitude, latitude, height].'],
        ]),
        [geometry('Point', ['1', 2]), [`${place}/coordinates/0`, 'Must be a number, not a string.']],
        [geometry('MultiPoint', []), [`${place}/coordinates`, 'Must hold at least 1 item.']],
        [geometry('LineString', [[0, 0]]), [`${place}/coordinates`, 'Must hold at least 2 items.']],
        [geometry('Polygon', []), [`${place}/coordinates`, 'Must hold at least 1 item.']],
        [geometry('Polygon', [ring.slice(1)]), [`${place}/coordinates/0`, 'Must hold at least 4 items.']],
        [
          geometry('Polygon', [ring, [...ring.slice(0, 3), [0, 1]]]),
          [`${place}/coordinates/1`, 'Must be closed: the last position is the same as the first.'],
        ],
        [geometry('Circle', [0, 0]), [`${place}/type`, `Must be one of ${shapes}, GeometryCollection.`]],
        [places({ geometry: [] }), [place, 'Must be an object, not a list.']],
        [
          places({ geometry: { type: 'Point', coordinates: [0, 0], crs: {} } }),
          [`${place}/crs`, 'Is not a known field. Leave it out, or use one of: type, coordinates, bbox.'],
        ],
        [
          places({ geometry: { type: 'Point', coordinates: [0, 0], bbox: [0, 0] } }),
          [`${place}/bbox`, 'Must hold 4 numbers (west, south, east, north), or 6 with heights.'],
        ],
        [
          places({
            geometry: { type: 'GeometryCollection', geometries: [{ type: 'GeometryCollection', geometries: [] }] },
          }),
          [`${place}/geometries/0/type`, `Must be one of ${shapes}.`],
        ],
      ] as [object, [string, string]][]
    ).map(([data, [pointer, detail]]) => [label(data), data, { pointer, detail }] as const),
  )('%s', (_, data, error) => {
    expect(errorsWith(data)).toEqual([error]);
  });

  test.each(['', 'Nowhere', 'Asia/Baku\n', '+04:00', '\u0000'])('the zone %j', (tz) => {
    expect(errorsWith({ when: { edtf: '2020-12-01', tz } })).toEqual([
      { pointer: '/data/when/tz', detail: 'Must be a zone of the tz database, such as Asia/Baku, or UTC.' },
    ]);
  });

  test.each(['', 'P', 'PT', '5Y', 'P5', 'P-5Y', 'P1.5Y', 'P5YT', 'p5y', 'five years'])(
    'the duration %j',
    (duration) => {
      const data = {
        ...developmentWith().data,
        from: { name: 'Russia' },
        quantity: { best: 1, qualifier: 'exact', unit: 'soldiers' },
      };
      const event = { type: 'peacekeepers.deployed', subject: 'a', data: { ...data, mandate: { duration } } };
      expect(refusalOf(() => parseEvent(event, { id: 'a', source: '/newsrooms/example' }))).toEqual([
        { pointer: '/data/mandate/duration', detail: 'Must be a duration of ISO 8601, such as P5Y or P6M.' },
      ]);
    },
  );
});
