import { type InputError, InvalidInput } from '../input/errors.ts';
import { numericDateReason } from './date-faults.ts';
import { EdtfError } from './edtf-error.ts';
import { parseRangeBound, type RangeBound } from './range-bound.ts';
import { zoneNameOf } from './zone.ts';

const names = ['from', 'to', 'date', 'tz', 'match'] as const;
/** The ways in which an event can match a range. */
export const rangeMatches = ['overlap', 'within', 'starts'] as const;
/** An open side of a range, in EDTF. */
const open = '..';
/** What stands for no date beside the slash of `date`: an open side, and one that is left empty. */
const openSides = [open, ''];

const withoutDate = 'Must have a date on at least one side. Leave it out to get all events.';

/** The parameters of a query that select a range. All of them are optional. */
export type RangeParameters = { readonly [name in (typeof names)[number]]?: string | undefined };

/** The event overlaps the range, lies within it, or starts in it. */
export type RangeMatch = (typeof rangeMatches)[number];

/** The parsed parameters of a range. */
export interface RangeRequest {
  readonly from: RangeBound | null;
  readonly to: RangeBound | null;
  readonly zone: string | null;
  readonly match: RangeMatch;
}

interface Side {
  readonly parameter: 'from' | 'to' | 'date';
  readonly text: string;
}

const refusal = (parameter: string, detail: string) => new InvalidInput([{ parameter, detail }]);

const isOpen = (side: string) => openSides.includes(side);

function assertFilled(parameters: RangeParameters): void {
  const empty = names.filter((name) => parameters[name]?.trim() === '');
  if (empty.length === 0) return;
  throw new InvalidInput(
    empty.map((parameter) => ({ parameter, detail: 'Is empty. Give it a value, or leave it out.' })),
  );
}

/**
 * The two sides of a range. `date=a/b` has both, and `date=a` has the same date on both sides. `from=..` is open, as
 * that side of `date` would be.
 */
function sidesOf({ from, to, date }: RangeParameters): { from: Side | null; to: Side | null } {
  if (date === undefined) {
    const opened = from === open ? 'from' : to === open ? 'to' : null;
    const sides = {
      from: from === undefined || from === open ? null : ({ parameter: 'from', text: from } as const),
      to: to === undefined || to === open ? null : ({ parameter: 'to', text: to } as const),
    };
    if (opened && !sides.from && !sides.to) throw refusal(opened, withoutDate);
    return sides;
  }
  if (from !== undefined || to !== undefined) throw refusal('date', 'Replaces from and to. Send it without them.');
  const [first = '', last = first, ...rest] = date.split('/', 3);
  if (rest.length > 0) {
    throw refusal('date', numericDateReason(date) ?? 'Must have at most one /, between its two sides.');
  }
  if (isOpen(first) && isOpen(last)) throw refusal('date', withoutDate);
  return {
    from: isOpen(first) ? null : { parameter: 'date', text: first },
    to: isOpen(last) ? null : { parameter: 'date', text: last },
  };
}

function boundOf(side: Side | null, errors: InputError[]): RangeBound | null {
  try {
    return side && parseRangeBound(side.text);
  } catch (error) {
    if (!(error instanceof EdtfError) || !side) throw error;
    const { parameter } = side;
    // A single `date` is both sides. Its error is reported once.
    if (!errors.some(({ detail }) => parameter === 'date' && detail === error.message)) {
      errors.push({ parameter, detail: error.message });
    }
    return null;
  }
}

function zoneOf(tz: string | undefined, errors: InputError[]): string | null {
  if (tz === undefined) return null;
  const zone = zoneNameOf(tz);
  if (zone === null)
    errors.push({ parameter: 'tz', detail: 'Must be a zone of the tz database, such as Asia/Baku, or UTC.' });
  return zone;
}

function matchOf(match: string, errors: InputError[]): RangeMatch {
  const known = rangeMatches.find((rangeMatch) => rangeMatch === match);
  if (!known) errors.push({ parameter: 'match', detail: `Must be one of ${rangeMatches.join(', ')}.` });
  return known ?? 'overlap';
}

/**
 * Reads the parameters of a range.
 *
 * @throws {InvalidInput} with an error for each invalid parameter
 */
export function readRangeParameters(parameters: RangeParameters): RangeRequest {
  assertFilled(parameters);
  const sides = sidesOf(parameters);
  const errors: InputError[] = [];
  const request = {
    from: boundOf(sides.from, errors),
    to: boundOf(sides.to, errors),
    zone: zoneOf(parameters.tz, errors),
    match: matchOf(parameters.match ?? 'overlap', errors),
  };
  if (errors.length > 0) throw new InvalidInput(errors);
  return request;
}
