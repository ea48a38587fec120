import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatNames } from '../../../functions/lib/formats/format.ts';
import { essenceOf } from '../../../functions/lib/formats/media-types.ts';
import { requestedFormat } from '../../../functions/lib/formats/requested-format.ts';
import { selectedCoding } from '../../../functions/lib/http/content-coding.ts';
import { readQuery } from '../../../functions/lib/http/query-parameters.ts';
import { languages } from '../../../functions/lib/words/languages.ts';
import { preferredLanguage } from '../../../functions/lib/words/preferred-language.ts';
import { type Route, routes } from '../../../functions/routes.ts';

interface Field {
  readonly value: string;
}

interface EdgeRequest {
  readonly querystring: string;
  readonly headers: Readonly<Record<string, Field>>;
}

const source = readFileSync(new URL('../../../infra/edge/canonical-request.js', import.meta.url), 'utf8');
const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
new Script(`'use strict';${source}`).runInContext(context);

/**
 * The event as CloudFront documents it; the query is found by `rawQueryString()`, undefined without a question mark.
 */
function viewed(
  query: string | undefined,
  headers: Readonly<Record<string, Field>> = {},
  uri = '/v1/timeline',
): EdgeRequest {
  const request = {
    method: 'GET',
    uri,
    rawQueryString: () => query,
    querystring: {},
    headers: { host: { value: 'd111111abcdef8.cloudfront.net' }, ...headers },
    cookies: {},
  };
  context.event = { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip: '192.0.2.1' }, request };
  return new Script('handler(event)').runInContext(context);
}

/** The routes whose responses the cache may keep. */
const readingRoutes = routes.filter(({ method, scope }) => method === 'GET' && scope === undefined);
const addressOf = ({ path }: Route) => path.replaceAll(/\{\w+\}/g, 'some');
const sourceOf = (route: Route) =>
  readFileSync(new URL(`../../../functions/${route.function}.ts`, import.meta.url), 'utf8');

const canonical = (query: string | undefined) => viewed(query).querystring;
const pairsIn = (query: string) => query.split('&').filter((pair) => pair !== '');
const nameOf = (pair: string) => pair.split('=', 1)[0];

/** What a client may put between two ampersands, names of objects' own properties among them. */
const pair = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('from', 'to', 'limit', 'format', 'a', 'A', '__proto__', 'constructor', 'toString', '%66rom', ''),
      fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll(/[&#\s]/g, '')),
    ),
    fc.option(fc.oneof(fc.constantFrom('', '=', '2020-11', '%', '%zz', '+', '../2020'), fc.webQueryParameters())),
  )
  .map(([name, value]) => (value === null ? name : `${name}=${value.replaceAll('&', '%26')}`));
const query = fc.array(pair, { maxLength: 12 }).map((pairs) => pairs.join('&'));

describe('The query at the edge', () => {
  test.each([
    [undefined, ''],
    ['', ''],
    ['to=2020&from=2019', 'from=2019&to=2020'],
    ['b=1&a=2&b=0', 'a=2&b=1&b=0'],
    ['b&a&b=', 'a&b&b='],
    ['z=%2B01&y=+&x=%c3%bc', 'x=%c3%bc&y=+&z=%2B01'],
    ['a=1&&b=2&', 'a=1&b=2'],
    ['a=b=c&a-b=1&a.=2', 'a=b=c&a-b=1&a.=2'],
    ['=1&a', '=1&a'],
  ])('%s becomes %s', (sent, expected) => {
    expect(canonical(sent)).toBe(expected);
  });

  test('is the same for any order of parameters of different names', () => {
    const different = fc.uniqueArray(pair, { selector: nameOf, maxLength: 12 });
    const shuffled = different.chain((pairs) =>
      fc.tuple(fc.constant(pairs), fc.shuffledSubarray(pairs, { minLength: pairs.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(canonical(other.join('&'))).toBe(canonical(one.join('&')));
      }),
    );
  });

  test('keeps all parameters unchanged, and the order of parameters with one name', () => {
    fc.assert(
      fc.property(query, (sent) => {
        const got = pairsIn(canonical(sent));
        expect([...got].sort()).toEqual(pairsIn(sent).sort());
        for (const name of new Set(got.map(nameOf))) {
          const named = (pairs: string[]) => pairs.filter((text) => nameOf(text) === name);
          expect(named(got)).toEqual(named(pairsIn(sent)));
        }
      }),
    );
  });

  test('does not change if it is sorted already', () => {
    fc.assert(fc.property(query, (sent) => expect(canonical(canonical(sent))).toBe(canonical(sent))));
  });

  test('gets the same response of the API as before sorting', () => {
    const outcome = (text: string) => {
      try {
        return readQuery(text, ['from', 'to']);
      } catch (error) {
        return (error as Error).name;
      }
    };
    const near = fc.array(fc.constantFrom('from=1', 'to=2', 'from=', 'to', 'other=1', '%66rom=3', 'from=%'));
    fc.assert(
      fc.property(near, (pairs) => expect(outcome(canonical(pairs.join('&')))).toEqual(outcome(pairs.join('&')))),
    );
  });
});

describe('The headers at the edge', () => {
  const accept = { value: 'text/csv' };

  test('have the requested host, whatever the client sends', () => {
    const { headers } = viewed('', { 'x-public-host': { value: 'evil.example' } });
    expect(headers['x-public-host']).toEqual({ value: 'd111111abcdef8.cloudfront.net' });
  });

  test('do not have the origin secret that a client sends', () => {
    expect(viewed('', { 'x-origin-verify': { value: 'guess' } }).headers).not.toHaveProperty('x-origin-verify');
  });

  test.each([
    ['format=ics', '*/*'],
    ['limit=5&format=', '*/*'],
    ['format', '*/*'],
    ['formats=ics', 'text/csv'],
    ['a=format', 'text/csv'],
    ['', 'text/csv'],
  ])('accept any format if the query names one: %s', (sent, expected) => {
    expect(viewed(sent, { accept }).headers.accept).toEqual({ value: expected });
  });
});

describe('The format at the edge', () => {
  const formatIn = (accept: string | undefined, query = '', uri = '/v1/timeline') =>
    viewed(query, accept === undefined ? {} : { accept: { value: accept } }, uri).headers.accept?.value;

  /** The media type that the function chooses, or the name of its error. */
  const chosen = async (accept: string | undefined) => {
    try {
      return (await requestedFormat(undefined, accept)).mediaType.split(';')[0];
    } catch (error) {
      return (error as Error).name;
    }
  };

  /** What clients send. */
  const clients: readonly (readonly [client: string, accept: string | undefined, format: string])[] = [
    ['nothing', undefined, 'application/json'],
    ['curl, Python and most libraries', '*/*', 'application/json'],
    ['a script that reads JSON', 'application/json, text/plain, */*', 'application/json'],
    [
      'Chrome and Edge',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
      'application/json',
    ],
    ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['Safari', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
    ['a picture of a page', 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'application/json'],
    [
      'NetNewsWire and FreshRSS',
      'application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1, */*;q=0.1',
      'application/atom+xml',
    ],
    [
      'Feedly',
      'application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, application/xml;q=0.4, text/xml;q=0.4, */*;q=0.2',
      'application/rss+xml',
    ],
    ['a reader of JSON feeds', 'application/feed+json, application/json;q=0.5', 'application/feed+json'],
    ['a calendar of Apple', 'text/calendar, */*;q=0.5', 'text/calendar'],
    ['R and pandas', 'text/csv', 'text/csv'],
    ['a map', 'application/geo+json; charset=utf-8, application/json;q=0.9', 'application/geo+json'],
    ['a stream', 'APPLICATION/X-NDJSON', 'application/x-ndjson'],
    ['any text', 'text/*', 'text/csv'],
    ['anything but JSON', '*/*, application/json;q=0', 'application/x-ndjson'],
  ];

  test.each(clients)('for %s is as at the function', async (_, accept, format) => {
    expect([formatIn(accept), await chosen(accept), await chosen(formatIn(accept))]).toEqual([format, format, format]);
  });

  test.each([
    'text/html',
    'application/json;q=0',
    'text/csv;header="a,b", application/json',
    'text/csv;q =1',
    'text/csv;q=high',
    'nonsense',
    `${'a/b,'.repeat(1_000)}text/csv`,
  ])('is left to the function if nothing of ours is accepted, or it is written in another way: %s', async (accept) => {
    expect(formatIn(accept)).toBe(accept);
  });

  test.each([
    ['/nothing/here', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['/', 'application/json, text/html;q=0.5', 'text/html'],
    ['/nothing/here', 'application/json', '*/*'],
    ['/v1/nothing', 'text/html', '*/*'],
    ['/docs/nothing', 'text/html', '*/*'],
  ])('says at %s whether it names HTML: %s', (uri, accept, expected) => {
    expect(formatIn(accept, '', uri)).toBe(expected);
  });

  test('is the one that the function chooses, whatever the viewer accepts', async () => {
    const name = fc.constantFrom(
      ...formatNames.map(essenceOf),
      '*/*',
      'text/*',
      'application/*',
      '*/json',
      'text/html',
      'Text/CSV',
      'json',
      '',
    );
    const parameter = fc.constantFrom('', ';charset=utf-8', '; v=b3', ';a="q=0"', ';header=present');
    const weight = fc.constantFrom(
      '',
      ';q=0',
      ';q=0.001',
      '; q=0.5',
      ' ;q=1',
      ';Q=0.7',
      ';q=1.000',
      ';q=.5',
      ';q=2',
      ';q = 1',
    );
    const element = fc.tuple(name, parameter, weight, parameter).map((parts) => parts.join(''));
    const list = fc.tuple(fc.array(element, { maxLength: 6 }), fc.constantFrom(',', ', ', ' ,\t'));
    await fc.assert(
      fc.asyncProperty(list, async ([elements, comma]) => {
        const accepted = elements.join(comma);
        const seen = formatIn(accepted) as string;
        expect(await chosen(seen)).toBe(await chosen(accepted));
        expect([await chosen(accepted), accepted.trim()]).toContain(seen);
      }),
      { numRuns: 1_000 },
    );
  });

  test('counts where the function of a route chooses one, and nowhere else', () => {
    const kept = readingRoutes.map((route) => [route.path, formatIn('text/csv', '', addressOf(route)) === 'text/csv']);
    const choosing = readingRoutes.map((route) => [route.path, sourceOf(route).includes('requestedFormat(')]);
    expect(kept).toEqual(choosing);
  });

  test('is one of those that there are, the first of which is the default', () => {
    const named = formatNames.map((format) => `  '${essenceOf(format)}',\n`).join('');
    expect(source).toContain(`const formats = [\n${named}];`);
  });
});

describe('The content coding at the edge', () => {
  const coded = (accepted: string) => viewed('', { 'accept-encoding': { value: accepted } }).headers['accept-encoding'];

  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=0.1, identity;q=0.9', 'identity'],
    ['br;q=0.5, gzip', 'gzip'],
    ['zstd', 'identity'],
    ['*;q=0.1, gzip;q=0', 'br'],
    ['', 'identity'],
    ['identity;q=0', 'identity;q=0'],
  ])('is the one that the viewer prefers: %s becomes %s', (accepted, expected) => {
    expect(coded(accepted)).toEqual({ value: expected });
  });

  test('is absent if the viewer names none', () => {
    expect(viewed('').headers).not.toHaveProperty('accept-encoding');
  });

  test('is the one that the functions choose, whatever the viewer accepts', () => {
    const name = fc.constantFrom('br', 'gzip', 'identity', '*', 'GZIP', 'zstd', 'x-br');
    const weight = fc.constantFrom('', ';q=0', ';q=0.000', ';q=0.001', '; q=0.5', ' ;q=1', ';Q=0.7', ';q=1.000');
    const element = fc.tuple(name, weight).map((parts) => parts.join(''));
    const list = fc.tuple(fc.array(element, { maxLength: 6 }), fc.constantFrom(',', ', ', ' ,\t'));
    fc.assert(
      fc.property(list, ([elements, comma]) => {
        const accepted = elements.join(comma);
        const seen = coded(accepted)?.value as string;
        const chosen = (header: string) => {
          try {
            return selectedCoding(header);
          } catch (error) {
            return (error as Error).name;
          }
        };
        expect(chosen(seen)).toBe(chosen(accepted));
        expect([chosen(accepted), accepted]).toContain(seen);
      }),
    );
  });
});

describe('The language at the edge', () => {
  const languageIn = (accepted: string, query = '', uri = '/v1/timeline', accept = 'text/csv') =>
    viewed(query, { accept: { value: accept }, 'accept-language': { value: accepted } }, uri).headers['accept-language']
      ?.value;

  test.each([
    ['fr', 'fr'],
    ['FR-ca, en;q=0.8', 'fr'],
    ['de, fr;q=0.7, en;q=0.3', 'fr'],
    ['de, *;q=0.5', undefined],
    ['*', undefined],
    ['', undefined],
    ['az', undefined],
    ['en-GB,en;q=0.9', 'en'],
    ['fr;q=0, en;q=0.1', 'en'],
    ['fr;q=0', undefined],
  ])('of %s is %s', (accepted, expected) => {
    expect(languageIn(accepted)).toBe(expected);
  });

  test.each(['language=en', 'format=json', 'a=1&format=ndjson'])('has no effect with %s', (query) => {
    expect(languageIn('fr', query)).toBeUndefined();
  });

  test.each(['application/json', '*/*', '', 'application/x-ndjson'])(
    'has no effect on what is sent for "%s", which has all languages',
    (accept) => {
      expect(languageIn('fr', '', '/v1/timeline', accept)).toBeUndefined();
    },
  );

  test('counts where the function of a route chooses one, and nowhere else', () => {
    const chosen = readingRoutes.map((route) => [route.path, languageIn('fr', '', addressOf(route)) !== undefined]);
    const choosing = readingRoutes.map((route) => [
      route.path,
      /\b(preferredLanguage|pageLanguage)\(/.test(sourceOf(route)),
    ]);
    expect(chosen).toEqual(choosing);
    expect(choosing.filter(([, does]) => does).length).toBeGreaterThan(3);
  });

  test('is the one that the functions choose, whatever the viewer accepts', () => {
    const name = fc.constantFrom('en', 'fr', 'de', '*', 'FR', 'en-GB', 'fr-CA', 'fr-Latn-FR', 'eng', 'x-fr');
    const weight = fc.constantFrom('', ';q=0', ';q=0.001', '; q=0.5', ' ;q=1', ';q=0.7', ';q=1.000');
    const element = fc.tuple(name, weight).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), (elements) => {
        const accepted = elements.join(', ');
        expect(languageIn(accepted)).toBe(preferredLanguage(accepted));
        expect(preferredLanguage(languageIn(accepted))).toBe(preferredLanguage(accepted));
      }),
    );
  });

  test('is one of those that have words', () => {
    expect(languages.map((language) => languageIn(language))).toEqual([...languages]);
    expect(source).toContain(`const languages = [${languages.map((language) => `'${language}'`).join(', ')}];`);
  });
});

test('The CloudFront function is within the size limit, in ASCII', () => {
  expect(Buffer.byteLength(source)).toBeLessThan(10 * 1024);
  expect(source).toMatch(/^[\n\x20-\x7e]*$/);
});
