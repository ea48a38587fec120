import { numericDateReason } from './date-faults.ts';
import { assertUsualYear, type EdtfMoment, parseEdtfDate, printEdtfDate } from './edtf-date.ts';
import { assertDateLength, EdtfError } from './edtf-error.ts';

/** The texts that an interval has instead of a date. */
const sides = { open: '..', unknown: '' } as const;

type NoDate = keyof typeof sides;

/** From the start of one date to the end of another. One side may be open (it is known to have no bound) or unknown. */
export type EdtfInterval =
  | { readonly form: 'interval'; readonly start: EdtfMoment; readonly end: EdtfMoment | NoDate }
  | { readonly form: 'interval'; readonly start: NoDate; readonly end: EdtfMoment };

/** A date in EDTF (ISO 8601-2, levels 0 and 1), in one of the forms that docs/date-ranges.md lists. */
export type Edtf = EdtfMoment | EdtfInterval;

/** The year is checked later, so that it is reported once for both sides. */
function parseSide(text: string): EdtfMoment | NoDate {
  if (text === sides.open) return 'open';
  return text === sides.unknown ? 'unknown' : parseEdtfDate(text, { historical: true });
}

/** Both sides of an interval. @throws {EdtfError} when a side is no date; the message is about both if neither is */
function parseSides(first: string, second: string, historical: boolean) {
  const faults = new Map<string, EdtfError>();
  const sideOf = (text: string): EdtfMoment | NoDate => {
    try {
      return parseSide(text);
    } catch (error) {
      if (!(error instanceof EdtfError)) throw error;
      faults.set(text, error);
      return 'unknown';
    }
  };
  const parsed = { start: sideOf(first), end: sideOf(second) };
  const [fault, ...others] = faults.values();
  if (others.length > 0) {
    throw new EdtfError([...faults].map(([text, { message }]) => `${text}: ${message}`).join(' '));
  }
  if (fault) throw fault;
  for (const side of [parsed.start, parsed.end]) if (typeof side === 'object') assertUsualYear(side, historical);
  return parsed;
}

const printSide = (side: EdtfMoment | NoDate) => (typeof side === 'object' ? printEdtfDate(side) : sides[side]);

/**
 * Reads a date. Whether the sides of an interval are in order depends on the zone, so only `extentOf` checks it.
 *
 * @param options `historical`: whether years before 1000 are accepted
 * @throws {EdtfError} when the text is not a date; the message says why
 * @example parseEdtf('2020-11-09/2020-11-10')
 */
export function parseEdtf(text: string, { historical = false }: { historical?: boolean | undefined } = {}): Edtf {
  assertDateLength(text);
  const [first = '', second, ...rest] = text.split('/', 3);
  if (second === undefined) return parseEdtfDate(first, { historical });
  if (rest.length > 0) {
    throw new EdtfError(numericDateReason(text) ?? 'Must have at most one /, between the two dates of an interval.');
  }
  const { start, end } = parseSides(first, second, historical);
  if (typeof start === 'object') return { form: 'interval', start, end };
  if (typeof end === 'object') return { form: 'interval', start, end };
  throw new EdtfError('Must have a date on at least one side of the /.');
}

/** Writes a date in EDTF. */
export function printEdtf(edtf: Edtf): string {
  return edtf.form === 'interval' ? `${printSide(edtf.start)}/${printSide(edtf.end)}` : printEdtfDate(edtf);
}
