import { CsvError, parse } from 'csv-parse/sync';
import { CommandFailure } from '../../terminal/cli.ts';
import { InvalidTable, Problems, type Row, type Table } from './table.ts';

/** What may separate the cells of a line. If several fit the header equally well, the first one does. */
export const delimiters = [',', ';', '\t'] as const;

export type Delimiter = (typeof delimiters)[number];

/** The whole file is checked before any row is sent, so it is held in memory several times over. */
const maximumTableBytes = 64 * 1_024 * 1_024;

/** XLSX and ODS are ZIP files. */
const zipMagic = Buffer.from('PK\u0003\u0004', 'latin1');
/** XLS is a compound file (MS-CFB, 2.2). */
const compoundMagic = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const utf16Marks = [Buffer.from('fffe', 'hex'), Buffer.from('feff', 'hex')];

const lineBreak = /\r\n|\r|\n/g;
const lineBreaksIn = (text: string) => text.match(lineBreak)?.length ?? 0;

const saveAsCsv =
  'In Excel, use "File > Save As" with the type "CSV UTF-8". In LibreOffice, use "File > Save As" with the type "Text CSV" and the character set "Unicode (UTF-8)". In Google Sheets, use "File > Download > Comma-separated values".';

const startsWith = (bytes: Uint8Array, magic: Buffer) => magic.equals(bytes.subarray(0, magic.length));

/** The line of the first bytes that are not UTF-8. */
function lineOfFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let [start, line] = [0, 1];
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
    line += 1;
  }
  return line;
}

/** Whether a file is a workbook of a spreadsheet program, by its content. */
export const isWorkbook = (bytes: Uint8Array): boolean =>
  startsWith(bytes, zipMagic) || startsWith(bytes, compoundMagic);

/** The text of a file, without a byte order mark. @throws {CommandFailure} when it is no text in UTF-8 */
function decoded(bytes: Uint8Array): string {
  if (isWorkbook(bytes)) {
    throw new CommandFailure(`The file is a workbook (XLSX, ODS or XLS), not CSV. Save the sheet as CSV. ${saveAsCsv}`);
  }
  if (bytes.length > maximumTableBytes) {
    throw new CommandFailure(
      `The file has more than ${maximumTableBytes / 1_024 / 1_024} MiB. Split it into files of fewer rows, each with the header.`,
    );
  }
  if (utf16Marks.some((mark) => startsWith(bytes, mark))) {
    throw new CommandFailure(`The file is UTF-16, not UTF-8. ${saveAsCsv}`);
  }
  // UTF-16 without a mark is UTF-8 with a zero beside each letter.
  if (bytes.includes(0)) throw new CommandFailure(`The file is not text in UTF-8. It may be UTF-16. ${saveAsCsv}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandFailure(`Line ${lineOfFault(bytes)} has bytes that are not UTF-8. ${saveAsCsv}`);
  }
}

const details: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quotation mark is opened in this row and never closed.',
  INVALID_OPENING_QUOTE:
    'A quotation mark is inside a cell that has none around it. Put the cell in quotation marks, and write each one inside it twice: "say ""yes""".',
  CSV_INVALID_CLOSING_QUOTE:
    'A character follows a closing quotation mark. Write a quotation mark inside a cell twice: "say ""yes""".',
};

/** The records of a text, each with the line on which it begins. @throws {InvalidTable} when the text is no CSV */
function recordsOf(text: string, delimiter: string, to?: number): Row[] {
  let end = 0;
  try {
    const records = parse(text, {
      delimiter,
      // A file may have several, if programs of several systems have written it.
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: false,
      on_record: (record) => {
        // How far the text could be read, for the error of a quotation mark that is never closed.
        end += Math.max(1, lineBreaksIn((record as unknown as { raw: string }).raw));
        return record;
      },
      ...(to !== undefined && { to }),
    }) as unknown as { record: string[]; raw: string }[];
    let line = 1;
    return records.map(({ record: cells, raw }) => {
      const row = { line, cells };
      line += Math.max(1, lineBreaksIn(raw));
      return row;
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    const line = error.code === 'CSV_QUOTE_NOT_CLOSED' ? end + 1 : (lines ?? 1);
    throw new InvalidTable([{ line, detail: details[error.code] ?? error.message }]);
  }
}

const isBlank = ({ cells }: Row) => cells.every((cell) => cell.trim() === '');

/** The number of columns that a delimiter makes of the first line. */
function columnsBy(text: string, delimiter: Delimiter): number {
  try {
    return recordsOf(text, delimiter, 1)[0]?.cells.length ?? 0;
  } catch (error) {
    if (error instanceof InvalidTable) return 0;
    throw error;
  }
}

/** The delimiter that makes the most columns of the header. */
function delimiterOf(text: string): Delimiter {
  const [best] = delimiters
    .map((delimiter) => ({ delimiter, columns: columnsBy(text, delimiter) }))
    .toSorted((left, right) => right.columns - left.columns);
  return best?.delimiter ?? ',';
}

function headerProblems(header: readonly string[], rows: readonly Row[], line: number, problems: Problems): void {
  for (const [index, name] of header.entries()) {
    if (name === '' && rows.some(({ cells }) => cells[index]?.trim())) {
      problems.add({ line, detail: `Column ${index + 1} has cells, but no name. Give it one.` });
    }
    if (name !== '' && header.indexOf(name) !== index) {
      problems.add({ line, column: name, detail: 'Two columns have this name. Rename one of them.' });
    }
  }
}

/**
 * Reads CSV (RFC 4180) in UTF-8, with or without a byte order mark. Rows whose cells are all empty are left out, and so
 * are columns without a name that have only empty cells.
 *
 * @param delimiter by default the one that makes the most columns of the header
 * @throws {InvalidTable} when it is no CSV, or rows do not match the header
 * @throws {CommandFailure} when it is no text in UTF-8, has no header, or is too large
 */
export function readTable(bytes: Uint8Array, delimiter?: Delimiter): Table & { readonly delimiter: Delimiter } {
  const text = decoded(bytes);
  const found = delimiter ?? delimiterOf(text);
  const [first, ...rest] = recordsOf(text, found).filter((row) => !isBlank(row));
  if (!first) throw new CommandFailure('The file is empty. Its first line must have the names of the columns.');
  const header = first.cells.map((name) => name.trim());
  const problems = new Problems();
  headerProblems(header, rest, first.line, problems);
  for (const { line, cells } of rest) {
    if (cells.length === header.length) continue;
    const detail = `Has ${cells.length} cells, but the header has ${header.length}. If a cell has a delimiter or a line break in it, put it in quotation marks.`;
    problems.add({ line, detail });
  }
  problems.throwIfAny();
  const named = header.map((name, index) => ({ name, index })).filter(({ name }) => name !== '');
  return {
    delimiter: found,
    header: named.map(({ name }) => name),
    rows: rest.map(({ line, cells }) => ({ line, cells: named.map(({ index }) => cells[index] ?? '') })),
  };
}
