import { describe, expect, test } from '@jest/globals';
import { ndjson } from '../../../functions/lib/formats/ndjson.ts';
import { emptyDocument, hostileDocument, storyDocument } from './documents.ts';

describe('NDJSON', () => {
  test('says what it is', () => {
    expect(ndjson).toMatchObject({ name: 'ndjson', mediaType: 'application/x-ndjson' });
  });
  test('is nothing where there is nothing', () => {
    expect(ndjson.render(emptyDocument)).toBe('');
  });
  test.each([
    ['a story', storyDocument],
    ['hostile text', hostileDocument],
  ])('holds an entry a line, and ends every line: %s', (_, document) => {
    const lines = ndjson.render(document).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toEqual(document.entries);
    expect(lines.map((line) => JSON.parse(line))).toEqual(document.entries.map((entry) => JSON.parse(entry)));
  });
});
