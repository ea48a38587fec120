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
