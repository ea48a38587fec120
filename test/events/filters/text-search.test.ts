import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasWords, searchSchema } from '../../../events/filters/text-search.ts';

const wordsOf = (text: string) => searchSchema.parse(text) ?? [];
const eventWith = (data: object, type = 'development.reported') => ({ type, data });

const event = eventWith(
  {
    headline: 'Laçın koridoru: İlham Əliyev’in açıklaması',
    summary: 'Naïve café, Ёлка; 2,000 peacekeepers. 停戦協定が発効した。',
    translations: { fr: { headline: 'Le corridor de Latchine', summary: 'Fermé' }, hi: { headline: 'हिन्दी समाचार' } },
    places: [{ name: 'Stepanakert', iso3166_2: 'AZ-XA' }],
    parties: [{ name: 'Հայաստան', iso3166: 'AM' }],
    sources: [{ name: 'Agency' }],
  },
  'hostilities.reported',
);

describe('a search', () => {
  test.each([
    ['laçın', true],
    ['LACIN', true],
    ['lacin koridoru', true],
    ['koridoru lacin', true],
    ['ilham', true],
    ['cafe NAIVE', true],
    ['елка', true],
    ['peace', true],
    ['keepers', false],
    ['2,000', true],
    ['fermé', true],
    ['latchine corridor', true],
    ['stepanakert', true],
    ['ՀԱՅԱՍՏԱՆ', true],
    ['停戦', true],
    ['協定', true],
    ['発効', true],
    ['戦停', false],
    ['हिन्दी', true],
    ['हनद', false],
    ['lacin agency', false],
    ['AZ-XA', false],
    ['＂ＬＡＣＩＮ＂', true],
  ])('for "%s" finds an event that has the words: %s', (text, isFound) => {
    expect(hasWords(wordsOf(text), event)).toBe(isFound);
  });

  test('finds nothing in an event without these words, whatever its fields hold', () => {
    const odd = eventWith({ headline: 5, summary: null, translations: [null, 'x', { headline: {} }] });
    expect(hasWords(['x'], odd)).toBe(false);
  });

  test.each([
    ['x'.repeat(201), 'Must have at most 200 characters.'],
    ['😀'.repeat(100_000), 'Must have at most 200 characters.'],
    ['a\u0000b', 'Must not have a control character.'],
    ['?!…', 'Must have a word: it has no letter and no digit.'],
    ['\u037a', 'Must have a word: it has no letter and no digit.'],
    ['\u200b ', 'Must have a word: it has no letter and no digit.'],
    ['a b c d e f g h i j k', 'Must have at most 10 words.'],
  ])('for %j is refused', (text, message) => {
    expect(searchSchema.safeParse(text).error?.issues.map((issue) => issue.message)).toEqual([message]);
  });

  test('finds every text by each of its own beginnings of words', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => /^[\p{L}\p{N}]+$/u.test(text))
      // Some letters, like the Greek iota subscript, are nothing but a diacritic.
      .filter((text) => /[\p{L}\p{N}]/u.test(text.normalize('NFKD')));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(), (all, index) => {
        const some = all[index % all.length] as string;
        const found = hasWords(wordsOf(some), eventWith({ headline: all.join(' ') }));
        expect(found).toBe(true);
      }),
    );
  });
});
