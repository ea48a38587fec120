import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalogue } from '../../events/catalogue/index.ts';
import { parseEvent, validateData } from '../../events/event.ts';
import { type InputError, InvalidInput } from '../../events/input/errors.ts';
import { refusalOf } from './refusal.ts';
import { allSharedFields, developmentWith, ownFields, requiredFields } from './samples.ts';

const defaults = { id: 'generated', source: '/newsrooms/example' };
const names = 'specversion, id, source, type, subject, time, datacontenttype, traceparent, tracestate, data';
const unknownAttribute = `Is not a known field. Leave it out, or use one of: ${names}.`;
const types = Object.keys(catalogue).join(', ');

const refused = (input: unknown, pointer?: string) => refusalOf(() => parseEvent(input, defaults, pointer));

describe('an event', () => {
  test('without version, id and source gets the defaults', () => {
    expect(parseEvent(developmentWith(), defaults)).toEqual({
      specversion: '1.0',
      id: 'generated',
      source: '/newsrooms/example',
      type: 'development.reported',
      subject: 'karabakh-2020',
      data: requiredFields,
    });
  });
  test('keeps all attributes that were sent, in the order of the envelope', () => {
    const input = {
      data: { ...requiredFields },
      tracestate: 'vendor=value',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      datacontenttype: 'application/json',
      time: '2020-12-01T12:00:00.5+04:00',
      subject: 'a',
      type: 'development.reported',
      source: '/newsrooms/other',
      id: 'their own',
      specversion: '1.0',
    };
    const event = parseEvent(input, defaults);
    expect(event).toEqual(input);
    expect(Object.keys(event)).toEqual([
      ...[
        'specversion',
        'id',
        'source',
        'type',
        'subject',
        'time',
        'datacontenttype',
        'traceparent',
        'tracestate',
        'data',
      ],
    ]);
  });
  test('keeps the same data object that was sent', () => {
    const input = developmentWith({ headline: '  \u0000\u001b[31m e\u0301 𝄞 ' });
    expect(parseEvent(input, defaults).data).toBe(input.data);
  });
  test.each([
    ['an id of 200 characters outside the basic plane', { id: '𝄞'.repeat(200) }],
    ['a time in lower case', { time: '2020-12-01t12:00:00z' }],
    ['a media type that names its charset', { datacontenttype: 'application/json; charset=UTF-8' }],
    ['a media type with a quoted parameter', { datacontenttype: 'Application/JSON;profile="a;charset=latin1\\""' }],
    ['a time in a leap second', { time: '2016-12-31T23:59:60Z' }],
    ['a time in a leap second elsewhere', { time: '2016-12-31t18:29:60.999-05:30' }],
    ['a story of 80 characters', { subject: 'a'.repeat(80) }],
    ['a trace of a later version', { traceparent: `01-${'a'.repeat(32)}-${'b'.repeat(16)}-00-more` }],
  ])('may have %s', (_, attributes) => {
    expect(parseEvent(developmentWith({}, attributes), defaults)).toMatchObject(attributes);
  });
});

describe('validating an event reports an error at the pointer of', () => {
  test.each<[string, unknown, readonly InputError[]]>([
    ['null', null, [{ pointer: '', detail: 'Must be an object, not null.' }]],
    ['a list', [], [{ pointer: '', detail: 'Must be an object, not a list.' }]],
    [
      'nothing at all',
      {},
      [
        { pointer: '/type', detail: `Is required: one of ${types}.` },
        { pointer: '/subject', detail: 'Is required: a string.' },
        { pointer: '/data', detail: 'Is required: an object.' },
      ],
    ],
    [
      'what every event must have, if it is missing',
      { type: 'development.reported', subject: 'a', data: {} },
      [
        { pointer: '/data/when', detail: 'Is required: an object.' },
        { pointer: '/data/headline', detail: 'Is required: a string.' },
        { pointer: '/data/status', detail: 'Is required: one of planned, reported, confirmed, disputed.' },
        { pointer: '/data/sources', detail: 'Is required: a list.' },
      ],
    ],
    [
      'a type that the catalogue has not, along with what is wrong in any event',
      { type: 'toString', subject: 'a', data: { ...requiredFields, headline: 1, ofThatType: true } },
      [
        { pointer: '/type', detail: `Must be one of ${types}.` },
        { pointer: '/data/headline', detail: 'Must be a string, not a number.' },
      ],
    ],
    [
      'the description of a story',
      developmentWith({}, { type: 'story.described' }),
      [{ pointer: '/type', detail: 'Cannot be posted. To describe a story, use PUT /v1/stories/{story}.' }],
    ],
    [
      'every attribute that is not listed',
      JSON.parse(`{"__proto__":{"type":"x"},"constructor":1,"dataschema":"x","data_base64":"eA==","a/b~c":1,
        "type":"development.reported","subject":"a","data":${JSON.stringify(requiredFields)}}`),
      ['/__proto__', '/constructor', '/dataschema', '/data_base64', '/a~1b~0c'].map((pointer) => ({
        pointer,
        detail: unknownAttribute,
      })),
    ],
    [
      'every other field of the data',
      {
        type: 'development.reported',
        subject: 'a',
        data: JSON.parse(`{"__proto__":1,${JSON.stringify({ ...requiredFields, district: 2 }).slice(1)}`),
      },
      ['/data/__proto__', '/data/district'].map((pointer) => ({
        pointer,
        detail:
          'Is not a known field. Leave it out, or use one of: when, headline, summary, language, translations, status, actors, places, topics, sources, media, stories, relations, quantity.',
      })),
    ],
    [
      'half a surrogate pair, in a value or a name',
      { ...developmentWith({ summary: '\ud800', places: [{ name: 'a\udc00b' }] }), '\udfff': 1 },
      ['/\udfff', '/data/summary', '/data/places/0/name'].map((pointer) => ({
        pointer,
        detail:
          'Holds half of a surrogate pair (\\uD800 to \\uDFFF alone), which is not a character. Send the whole character.',
      })),
    ],
    [
      'a number beyond double',
      developmentWith({ quantity: { best: Number('1e999'), qualifier: 'exact', unit: 'people' } }),
      [{ pointer: '/data/quantity/best', detail: 'Is a number beyond what a double can hold.' }],
    ],
  ])('%s', (_, input, errors) => {
    expect(refused(input)).toEqual(errors);
  });

  const attribute = (name: string, detail: string) => (value: unknown) =>
    [`${name} ${JSON.stringify(value)}`, { [name]: value }, { pointer: `/${name}`, detail }] as const;
  const badId = attribute('id', 'Must have 1 to 200 characters, none of them a control character.');
  const badStory = attribute(
    'subject',
    'Must be the slug of a story: 1 to 80 lower-case letters of ASCII, digits and hyphens, no hyphen first.',
  );
  const badTime = attribute(
    'time',
    'Must be a date and time with its offset by RFC 3339, such as 2020-12-01T12:00:00Z.',
  );
  const badMediaType = attribute('datacontenttype', 'Must be application/json.');
  const badTrace = attribute('traceparent', 'Must be a traceparent of W3C Trace Context.');
  test.each([
    ...['', 'a\u0000', 'a\nb', 'a\u007f', '\u0085', 'a'.repeat(201)].map(badId),
    ...['', 'A', '-a', 'a_b', 'a/b', 'é', 'a\n', 'a'.repeat(81)].map(badStory),
    ...['', '2020-12-01', '2020-12-01T12:00', '2020-12-01T12:00:00', '2021-02-29T12:00:00Z', 'now'].map(badTime),
    ...['2016-12-31T23:59:61Z', '2016-12-30T23:59:60Z', '2016-12-31T22:59:60Z', '2016-12-31T23:59:60+01:00'].map(
      badTime,
    ),
    ...['text/plain', 'application/cloudevents+json', 'application/jsonp', 'application/json; a'].map(badMediaType),
    attribute('datacontenttype', 'Must be application/json in UTF-8.')('application/json; charset=latin1'),
    attribute('datacontenttype', 'Must have at most 200 characters.')(`application/json; a=${'b'.repeat(200)}`),
    ...['', 'x', `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-00`].map(badTrace),
    attribute('specversion', 'Must be 1.0.')('0.3'),
    attribute('specversion', 'Must be 1.0.')(1),
    attribute('source', 'Must have at least 1 character.')(''),
    attribute('tracestate', 'Must be a tracestate of W3C Trace Context.')('a=\u0000'),
    attribute('type', `Must be one of ${types}.`)(null),
    attribute('data', 'Must be an object, not a string.')('text'),
  ])('%s', (_, attributes, error) => {
    expect(refused({ ...developmentWith(), ...attributes })).toEqual([error]);
  });

  test('an event that would be in more than 24 timelines, with their number', () => {
    const actors = [...'abcdefghijklmnop'].map((name) => ({ name }));
    const places = [...'abcde'].map((name) => ({ name }));
    expect(refused(developmentWith({ actors, places }))).toEqual([]);
    expect(refused(developmentWith({ actors, places, stories: ['karabakh-2020'] }))).toEqual([]);
    expect(refused(developmentWith({ actors, places, stories: ['b'] }), '/7')).toEqual([
      {
        pointer: '/7/data',
        detail:
          'Would be in 25 timelines: one for everything, and one for each story, type, place and actor. At most 24 are accepted; name fewer.',
      },
    ]);
  });

  test('an event in a batch, below its index', () => {
    expect(refused(developmentWith({ headline: '' }), '/3')).toEqual([
      { pointer: '/3/data/headline', detail: 'Must not be blank.' },
    ]);
  });

  test('an extremely deep value, without overflowing the stack', () => {
    let nested: unknown = {};
    for (let level = 0; level < 20_000; level += 1) nested = level % 2 ? [nested] : { a: nested };
    expect(refused(developmentWith({ summary: nested }))).toEqual([
      { pointer: expect.stringMatching(/^\/data\/summary\/0\/a\/0\//), detail: 'Is nested more than 32 levels deep.' },
      { pointer: '/data/summary', detail: 'Must be a string, not a list.' },
    ]);
    expect(refused(nested).length).toBeGreaterThan(0);
  });
});

describe('the data of an event', () => {
  test('can be validated without the event, for a correction', () => {
    expect(refusalOf(() => validateData('development.reported', requiredFields, '/data'))).toEqual([]);
    expect(
      refusalOf(() => validateData('development.reported', { ...requiredFields, headline: '\t' }, '/data')),
    ).toEqual([{ pointer: '/data/headline', detail: 'Must not be blank.' }]);
  });
  test('may list the story of the event too, within the limit of 24 timelines', () => {
    const actors = [...'abcdefghijklmnop'].map((name) => ({ name }));
    const places = [...'abcde'].map((name) => ({ name }));
    const data = { ...requiredFields, actors, places, stories: ['karabakh-2020'] };
    expect(refusalOf(() => validateData('development.reported', data, '/data', 'karabakh-2020'))).toEqual([]);
    expect(refusalOf(() => validateData('development.reported', data, '/data', 'minsk'))).toHaveLength(1);
  });
  test('of a type that is not in the catalogue is invalid', () => {
    expect(refusalOf(() => validateData('constructor', requiredFields, '/data'))).toEqual([
      { pointer: '/data', detail: 'Cannot be checked: the catalogue has no type constructor.' },
    ]);
  });
});

describe('any input', () => {
  const sample = { ...developmentWith(), data: { ...allSharedFields, ...ownFields['development.reported'] } };
  const names = fc.constantFrom(
    ...[
      'type',
      'subject',
      'data',
      'when',
      'edtf',
      'headline',
      'status',
      'sources',
      'places',
      'geometry',
      'coordinates',
    ],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'quantity', 'actors', 'name'],
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(
        null,
        true,
        0,
        -0,
        1e308,
        Infinity,
        2020,
        '',
        '\ud800',
        'development.reported',
        'district.ceded',
        '2020',
        'Point',
      ),
      fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(fc.tuple(fc.oneof(names, fc.string()), tie('value')), { maxLength: 6 })
        .map((entries) => Object.fromEntries(entries)),
    ),
  })).value;

  /** Every place in a JSON value. */
  function placesIn(value: unknown): (string | number)[][] {
    if (typeof value !== 'object' || value === null) return [[]];
    const inside = Object.entries(value).flatMap(([name, member]) => placesIn(member).map((path) => [name, ...path]));
    return [[], ...inside];
  }
  function replaced(value: unknown, [name, ...rest]: readonly (string | number)[], by: unknown): unknown {
    if (name === undefined) return by;
    const entries = Object.entries(value as object).map(([key, member]) => [
      key,
      key === name ? replaced(member, rest, by) : member,
    ]);
    return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries);
  }
  const nearlyValid = fc
    .tuple(fc.constantFrom(...placesIn(sample)), json)
    .map(([place, value]) => replaced(sample, place, value));

  test.each([
    ['any JSON', json],
    ['an event with one place replaced', nearlyValid],
  ])('that is %s is either accepted unchanged or rejected with pointers', (_, inputs) => {
    fc.assert(
      fc.property(inputs, (input) => {
        const sent = structuredClone(input);
        let event: unknown;
        try {
          event = parseEvent(input, defaults);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInput);
          const { errors } = error as InvalidInput;
          expect(errors.length).toBeGreaterThan(0);
          for (const one of errors) {
            expect(one).toEqual({ pointer: expect.stringMatching(/^(\/|$)/), detail: expect.stringMatching(/\S/) });
          }
          return;
        }
        expect(event).toEqual({ specversion: '1.0', ...defaults, ...(sent as object) });
      }),
      { numRuns: 500 },
    );
  });
});
