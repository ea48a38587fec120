import { stringify } from 'csv-stringify/sync';
import * as z from 'zod';
import { entriesOf, placesOf, type ShownEntry } from './entry.ts';
import { flatEntry, flatFields } from './flat-entry.ts';
import type { Format } from './format.ts';

const columns = ['id', ...flatFields, 'latitude', 'longitude'];

/**
 * Where a spreadsheet could see the beginning of a formula: at the start of a cell, after blanks too, in letters of full width
 * too; and where it takes semicolons, tabs or the lines of a text for the ends of cells, as it does in much of Europe.
 */
const formulaStart = /(^|[;\t\r\n])([[\s\p{Cc}\p{Cf}]--[\t\r\n]]*)(?=[=+\-@＝＋－＠])/gv;

/** Spreadsheets have been made to take these at the start for the beginning of a formula. */
const hiddenStart = /^[\t\r\n]/;

/** OWASP, "CSV Injection": an apostrophe says that what follows is text. Numbers stay numbers. */
function defused(value: string): string {
  const text = value.replace(formulaStart, "$1$2'");
  return hiddenStart.test(text) ? `'${text}` : text;
}

/** The first place of an entry that is a point; of an outline, GeoJSON tells more than its middle would. */
function pointOf(entry: ShownEntry): { latitude: number | null; longitude: number | null } {
  for (const { geometry } of placesOf(entry)) {
    if (geometry?.type !== 'Point') continue;
    const [longitude = null, latitude = null] = geometry.coordinates;
    return { latitude, longitude };
  }
  return { latitude: null, longitude: null };
}

/** A table (RFC 4180), for spreadsheets and data tools. Text that a spreadsheet could take for a formula has an apostrophe before it. */
export const csv: Format = {
  name: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  schema: z
    .string()
    .describe(
      'A table (RFC 4180) with a header line. Text that a spreadsheet would take for a formula is preceded by an apostrophe.',
    ),
  render: (document) =>
    stringify(
      entriesOf(document).map((entry) => ({
        id: entry.id,
        ...flatEntry(entry, document.origin),
        ...pointOf(entry),
      })),
      {
        columns,
        header: true,
        record_delimiter: 'windows',
        // Otherwise only CRLF would be quoted, and a CR or an LF alone be the end of a record to most readers.
        quote_record_delimiter: true,
        cast: { string: defused },
      },
    ),
};
