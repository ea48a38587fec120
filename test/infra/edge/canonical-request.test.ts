import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { selectedCoding } from '../../../functions/lib/http/content-coding.ts';
import { readQuery } from '../../../functions/lib/http/query-parameters.ts';
import { languages } from '../../../functions/lib/words/languages.ts';
import { preferredLanguage } from '../../../functions/lib/words/preferred-language.ts';

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

/** The event as CloudFront documents it; the query is found by `rawQueryString()`, undefined without a question mark. */
function viewed(query: string | undefined, headers: Readonly<Record<string, Field>> = {}): EdgeRequest {
  const request = {
    method: 'GET',
    uri: '/v1/timeline',
    rawQueryString: () => query,
    querystring: {},
    headers: { host: { value: 'd111111abcdef8.cloudfront.net' }, ...headers },
    cookies: {},
  };
  context.event = { version: '1.0', context: { eventType: 'viewer-request' }, viewer: { ip: '192.0.2.1' }, request };
  return new Script('handler(event)').runInContext(context);
}

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
  const languageIn = (accepted: string, query = '') =>
    viewed(query, { 'accept-language': { value: accepted } }).headers['accept-language']?.value;

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
