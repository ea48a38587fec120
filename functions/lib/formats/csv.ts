import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { entriesOf, placesOf, type ShownEntry } from './entry.ts';
import { entryFields, flatEntry, flatTypeFields } from './flat-entry.ts';
import type { Format } from './format.ts';
import { mediaTypeOf } from './media-types.ts';

const columns = ['id', ...entryFields, 'latitude', 'longitude', ...flatTypeFields];

/**
 * The places at which a spreadsheet may see the start of a formula: the start of a cell, also after blanks and in
 * full-width characters; and after semicolons, tabs and line breaks, which in much of Europe can end a cell.
 */
const formulaStart = /(^|[;\t\r\n])([[\s\p{Cc}\p{Cf}]--[\t\r\n]]*)(?=[=+\-@＝＋－＠])/gv;

/** Characters at the start of a cell after which spreadsheets were made to run a formula. */
const hiddenStart = /^[\t\r\n]/;

/**
 * The text with an apostrophe before each formula, which makes it text (OWASP, "CSV Injection"). Numbers stay numbers.
 */
function defused(value: string): string {
  const text = value.replace(formulaStart, "$1$2'");
  return hiddenStart.test(text) ? `'${text}` : text;
}

/** The first place of an entry that is a point. For outlines there is GeoJSON. */
function pointOf(entry: ShownEntry): { latitude: number | null; longitude: number | null } {
  for (const { geometry } of placesOf(entry)) {
    if (geometry?.type !== 'Point') continue;
    const [longitude = null, latitude = null] = geometry.coordinates;
    return { latitude, longitude };
  }
  return { latitude: null, longitude: null };
}

/**
 * A table (RFC 4180) for spreadsheets and data tools. An apostrophe precedes text that a spreadsheet could run as a
 * formula. It begins with the byte order mark of UTF-8.
 */
export const csv: Format = {
  name: 'csv',
  mediaType: mediaTypeOf.csv,
  reading: 'whole',
  schema: z
    .string()
    .describe(
      'A table (RFC 4180) with a header line, in UTF-8 with a byte order mark. Text that a spreadsheet would take for a formula is preceded by an apostrophe.',
    ),
  render: (document) =>
    stringify(
      entriesOf(document).map((entry) => ({
        id: entry.id,
        ...flatEntry(entry, document),
        ...pointOf(entry),
      })),
      {
        columns,
        header: true,
        // Excel takes a file without the mark for one in the code page of its computer.
        bom: true,
        record_delimiter: 'windows',
        // Otherwise only CRLF would be quoted, and most readers end a record at a CR or an LF alone.
        quote_record_delimiter: true,
        cast: { string: defused, boolean: String },
      },
    ),
};
