import { describe, expect, test } from '@jest/globals';
import { differenceText } from '../../commands/import/difference-text.ts';
import type { Column } from '../../commands/import/table/mapping.ts';
import { placeDifferences } from '../../commands/import/table/place-differences.ts';

describe('what differs between a row and the record', () => {
  const column = (name: string, to: string): Column => ({ name, to, type: 'text', part: 'start', separator: ';' });
  const columns = [column('Agency', '/data/sources/0/publisher'), column('Link', '/data/sources/0/url')];
  const source = { url: 'https://example.org/1', publisher: 'AFP' };

  test('has the column whose cell differs, also inside a list', () => {
    const difference = { pointer: '/data/sources', before: [source], after: [{ ...source, publisher: 'Reuters' }] };
    expect(placeDifferences([{ pointer: '/data/status', before: 'reported' }, difference], columns)).toEqual([
      { pointer: '/data/sources/0/publisher', column: 'Agency', before: 'AFP', after: 'Reuters' },
      { pointer: '/data/status', before: 'reported' },
    ]);
  });

  test('is the whole list, besides its cells, where the record has more of it than the columns', () => {
    const difference = {
      pointer: '/data/sources',
      before: [source, { url: 'https://example.org/2', publisher: 'Interfax' }],
      after: [{ ...source, url: 'https://example.org/3' }],
    };
    expect(placeDifferences([difference], columns)).toEqual([
      {
        pointer: '/data/sources/0/url',
        column: 'Link',
        before: 'https://example.org/1',
        after: 'https://example.org/3',
      },
      difference,
    ]);
  });

  test.each([
    [{ pointer: '/data/summary', after: 'More' }, '/data/summary: nothing → "More"'],
    [{ pointer: '/data/places', before: [{ name: 'Lachin' }] }, '/data/places: [{"name":"Lachin"}] → nothing'],
    [
      { pointer: '/data/summary', before: `${'a'.repeat(150)}b`, after: `${'a'.repeat(150)}${'c'.repeat(150)}` },
      `/data/summary: …${'a'.repeat(20)}b" → …${'a'.repeat(20)}${'c'.repeat(80)}…`,
    ],
    [{ pointer: '/data/headline', before: 'A', after: 'A\u001b[2J' }, '/data/headline: "A" → "A\\u001b[2J"'],
  ])('%j is one line', (difference, text) => {
    expect(differenceText(difference)).toBe(text);
  });
});
