import { InvalidInput } from '../input/errors.ts';
import { isoDate } from './civil-date.ts';
import { dayMs } from './durations.ts';
import type { CivilBound, InstantBound, RangeBound } from './range-bound.ts';
import { type RangeMatch, type RangeParameters, readRangeParameters } from './range-parameters.ts';
import { endOfDay, startOfDay } from './zone.ts';

/** What was asked for. */
interface Asked {
  readonly from: string | null;
  readonly to: string | null;
  readonly tz: string | null;
  readonly match: RangeMatch;
}

/** Compares days, each event's own: `YYYY-MM-DD`, inclusive, null if unbounded. */
export interface CivilRange extends Asked {
  readonly compare: 'civil';
  readonly civilFrom: string | null;
  readonly civilTo: string | null;
}

/** Compares instants: epoch milliseconds, `instantFrom` inclusive and `instantTo` exclusive, null if unbounded. */
export interface InstantRange extends Asked {
  readonly compare: 'instant';
  readonly instantFrom: number | null;
  readonly instantTo: number | null;
}

/** The stretch of time that a query asks for. */
export type Range = CivilRange | InstantRange;

const isCivil = (bound: RangeBound | null): bound is CivilBound | null => bound === null || bound.form === 'civil';
const isInstant = (bound: RangeBound | null): bound is InstantBound | null =>
  bound === null || bound.form === 'instant';

function assertOrder(first: string | number, last: string | number, asked: Asked, parameter: string): void {
  if (first <= last) return;
  const detail = `Ends before it begins: ${asked.from} is later than ${asked.to}.`;
  throw new InvalidInput([{ parameter, detail }]);
}

function civilRange(from: CivilBound | null, to: CivilBound | null, asked: Asked, parameter: string): Range {
  if (from && to) assertOrder(isoDate(from.first), isoDate(to.last), asked, parameter);
  if (asked.tz === null || (!from && !to)) {
    return { ...asked, compare: 'civil', civilFrom: from && isoDate(from.first), civilTo: to && isoDate(to.last) };
  }
  const instantFrom = from && startOfDay(from.first, asked.tz);
  const instantTo = to && endOfDay(to.last, asked.tz);
  if (instantFrom !== null && instantFrom === instantTo) {
    const detail = `Is a day that ${asked.tz} skipped when it moved across the date line.`;
    throw new InvalidInput([{ parameter, detail }]);
  }
  return { ...asked, compare: 'instant', instantFrom, instantTo };
}

function instantRange(from: InstantBound | null, to: InstantBound | null, asked: Asked, parameter: string): Range {
  if (from && to) {
    assertOrder(from.epochMs, to.epochMs, asked, parameter);
    if (from.epochMs === to.epochMs) {
      const detail = 'Is an empty range: the instant at its end is not part of it. Choose a later end.';
      throw new InvalidInput([{ parameter, detail }]);
    }
  }
  return { ...asked, compare: 'instant', instantFrom: from?.epochMs ?? null, instantTo: to?.epochMs ?? null };
}

/**
 * The instants, in epoch milliseconds, outside of which nothing that the range finds can lie, both inclusive; null if
 * unbounded. No zone is a whole day away from UTC, so that this much more is enough for days of whatever zone.
 */
export function keyBounds(range: Range): { from: number | null; to: number | null } {
  if (range.compare === 'instant') {
    return { from: range.instantFrom, to: range.instantTo === null ? null : range.instantTo - 1 };
  }
  const { civilFrom, civilTo } = range;
  return {
    from: civilFrom === null ? null : Date.parse(civilFrom) - dayMs,
    to: civilTo === null ? null : Date.parse(civilTo) + 2 * dayMs - 1,
  };
}

/**
 * Reads the range that a query asks for; everything, if it names no bounds.
 *
 * @throws {InvalidInput} naming the parameter
 * @example parseRange({ from: '2020-11', to: '2020-11-20' })
 */
export function parseRange(parameters: RangeParameters): Range {
  const { from, to, zone, match } = readRangeParameters(parameters);
  const asked: Asked = { from: from?.text ?? null, to: to?.text ?? null, tz: zone, match };
  // The second bound is the one to change; with `date` both stand in it.
  const parameter = parameters.date === undefined ? 'to' : 'date';
  if (isCivil(from) && isCivil(to)) return civilRange(from, to, asked, parameter);
  if (isInstant(from) && isInstant(to)) return instantRange(from, to, asked, parameter);
  const detail = 'Mixes dates and instants. Use days, months or years for both bounds, or instants for both.';
  throw new InvalidInput([{ parameter, detail }]);
}
