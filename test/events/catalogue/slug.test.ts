import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slugOf } from '../../../events/catalogue/fields/identifiers.ts';

test.each([
  ['Petrishki', 'petrishki'],
  ['Crisis Group', 'crisis-group'],
  ["  Côte d'Ivoire (the) ", 'côte-d-ivoire-the'],
  ['Cafe\u0301', 'caf\u00e9'],
  ['UN / OSCE #1', 'un-osce-1'],
  ['Հայաստանի Հանրապետություն', 'հայաստանի-հանրապետություն'],
  ['हिन्दी', 'हिन्दी'],
  ['東京 2020', '東京-2020'],
  ['a\u0000b', 'a-b'],
  ['—', ''],
  ['\u0301', ''],
  ['', ''],
])('the slug of %j is %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test('the slug of a slug is itself, and no slug contains a separator of keys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const slug = slugOf(name);
      expect(slugOf(slug)).toBe(slug);
      expect(slug).toMatch(/^([^\s#/A-Z\p{Cc}-]+(-[^\s#/A-Z\p{Cc}-]+)*)?$/u);
    }),
    { numRuns: 1000 },
  );
});

test('a name has a slug exactly if it holds a letter or a digit, and of one code unit at most six bytes: every character', () => {
  const wrong: string[] = [];
  for (let code = 0; code < 0x110000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    const hasSlug = slugOf(character) !== '';
    const bytes = Buffer.byteLength(slugOf(`a${character}`)) - 1;
    if (hasSlug !== /[\p{L}\p{N}]/u.test(character) || bytes > 6 * character.length) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});
