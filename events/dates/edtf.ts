import { type EdtfMoment, parseEdtfDate, printEdtfDate } from './edtf-date.ts';
import { EdtfError } from './edtf-error.ts';

/** What stands in an interval instead of a date. */
const sides = { open: '..', unknown: '' } as const;

type NoDate = keyof typeof sides;

/** From the start of one date to the end of another; one side may be open (known to go on) or unknown. */
export type EdtfInterval =
  | { readonly form: 'interval'; readonly start: EdtfMoment; readonly end: EdtfMoment | NoDate }
  | { readonly form: 'interval'; readonly start: NoDate; readonly end: EdtfMoment };

/** A date as EDTF (ISO 8601-2, levels 0 and 1) writes it: the forms of docs/date-ranges.md, and no others. */
export type Edtf = EdtfMoment | EdtfInterval;

function parseSide(text: string, historical: boolean): EdtfMoment | NoDate {
  if (text === sides.open) return 'open';
  return text === sides.unknown ? 'unknown' : parseEdtfDate(text, historical);
}

const printSide = (side: EdtfMoment | NoDate) => (typeof side === 'object' ? printEdtfDate(side) : sides[side]);

/**
 * Reads a date. Whether an interval's sides are in order depends on the zone: `extentOf` tells.
 *
 * @param options `historical`: years before 1000 are meant
 * @throws {EdtfError} saying why not, in words for whoever wrote it
 * @example parseEdtf('2020-11-09/2020-11-10')
 */
export function parseEdtf(text: string, { historical = false }: { historical?: boolean | undefined } = {}): Edtf {
  const [first = '', second, ...rest] = text.split('/', 3);
  if (second === undefined) return parseEdtfDate(first, historical);
  if (rest.length > 0) throw new EdtfError('Must have one / at most, between the two dates of an interval.');
  const start = parseSide(first, historical);
  const end = parseSide(second, historical);
  if (typeof start === 'object') return { form: 'interval', start, end };
  if (typeof end === 'object') return { form: 'interval', start, end };
  throw new EdtfError('Must have a date on one side of the / at least.');
}

/** Writes a date as it was read. */
export function printEdtf(edtf: Edtf): string {
  return edtf.form === 'interval' ? `${printSide(edtf.start)}/${printSide(edtf.end)}` : printEdtfDate(edtf);
}
