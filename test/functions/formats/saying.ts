import fc from 'fast-check';
import type { ShownEntry } from '../../../functions/lib/formats/entry.ts';
import type { TimelineDocument } from '../../../functions/lib/formats/format.ts';
import { documentOf, documentWith } from './documents.ts';

/** An entry that says one thing wherever a newsroom can say something, whether a door would take it or not. */
function entrySaying(text: string): ShownEntry {
  const entry = JSON.parse(documentWith({}).entries[0] as string) as ShownEntry;
  const data = {
    ...entry.data,
    headline: text,
    summary: text,
    actors: [{ name: text }],
    places: [{ name: text }],
    sources: [{ url: 'https://example.org/', publisher: text, title: text }],
  };
  return {
    ...entry,
    revision: 1,
    correction: { note: text, at: entry.publishedAt, changed: ['/data/headline'] },
    data,
  };
}

/** A page with such an entry, under a title and a description that say the same. */
export const documentSaying = (text: string): TimelineDocument =>
  documentOf([JSON.stringify(entrySaying(text))], { title: text, description: text });

const trouble = fc.constantFrom(
  ...[']]>', '<![CDATA[', '<!--', '-->', '&amp;', '&#x0;', '<b>', '"', "'", '\\', '\\n', ';', ',', ':', '\r\n', '\r'],
  ...['\n', '\t', '\u0000', '\u0007', '\u007f', '\u0085', '\u2028', '\ufeff', '\ufffe', '\ud800', '\udc00', '😀', 'é'],
  ...['BEGIN:VEVENT', '\r\nX-A:b', '</title>', '__proto__', '=1+1', 'ə'.repeat(70)],
);

const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

/** Text of any code units and of what formats trip over, between brackets: some readers trim. */
export const anyText = fc
  .array(fc.oneof(trouble, trouble, codeUnit, fc.string({ unit: 'grapheme' })), { maxLength: 30 })
  .map((parts) => `[${parts.join('')}]`);

/** What XML 1.0 (§2.2) can hold of a text, with line breaks as readers have them (§2.11). */
export const asInXml = (text: string): string =>
  [...text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\r', '\n')]
    .filter((character) => {
      const code = character.codePointAt(0) as number;
      return code >= 0x20 ? code !== 0xfffe && code !== 0xffff : '\t\n'.includes(character);
    })
    .join('');
