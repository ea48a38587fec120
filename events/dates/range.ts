import { InvalidInput } from '../input/errors.ts';
import { isoDate } from './civil-date.ts';
import { dayMs } from './durations.ts';
import type { CivilBound, InstantBound, RangeBound } from './range-bound.ts';
import { type RangeMatch, type RangeParameters, readRangeParameters } from './range-parameters.ts';
import { dayBefore, endOfDay, repetitionAfter, startOfDay } from './zone.ts';

/** The parameters as requested, to show them in the response. */
interface Requested {
  readonly from: string | null;
  readonly to: string | null;
  readonly tz: string | null;
  readonly match: RangeMatch;
}

/** Compares days, in each event's own zone: `YYYY-MM-DD`, inclusive, null if unbounded. */
export interface CivilRange extends Requested {
  readonly compare: 'civil';
  readonly civilFrom: string | null;
  readonly civilTo: string | null;
}

/** Compares instants: epoch milliseconds, `instantFrom` inclusive and `instantTo` exclusive, null if unbounded. */
export interface InstantRange extends Requested {
  readonly compare: 'instant';
  readonly instantFrom: number | null;
  readonly instantTo: number | null;
  /** Only if clocks were turned back over the midnight at which one of its days begins or ends. */
  readonly repeated?: RepeatedDays;
}

/** Days in a zone of which the first or the last has two stretches. Between them lies what is of another day. */
export interface RepeatedDays {
  readonly zone: string;
  /** `YYYY-MM-DD`, inclusive, null if unbounded. */
  readonly civilFrom: string | null;
  readonly civilTo: string | null;
  /** The instants within the bounds that are of other days: epoch milliseconds, `from` inclusive and `to` exclusive. */
  readonly holes: readonly { readonly from: number; readonly to: number }[];
}

/** The range of time that a query asks for. */
export type Range = CivilRange | InstantRange;

const isCivil = (bound: RangeBound | null): bound is CivilBound | null => bound === null || bound.form === 'civil';
const isInstant = (bound: RangeBound | null): bound is InstantBound | null =>
  bound === null || bound.form === 'instant';

function assertOrder(first: string | number, last: string | number, requested: Requested, parameter: string): void {
  if (first <= last) return;
  const detail = `Ends before it begins: ${requested.from} is later than ${requested.to}.`;
  throw new InvalidInput([{ parameter, detail }]);
}

function repeatedDays(from: CivilBound | null, to: CivilBound | null, zone: string): RepeatedDays | null {
  // At the start lies the end of the day before, shown again; at the end the beginning of the next day.
  const atStart = from && repetitionAfter(dayBefore(from.first), zone);
  const atEnd = to && repetitionAfter(to.last, zone);
  const holes = [
    ...(atStart ? [{ from: atStart.from, to: atStart.to }] : []),
    ...(atEnd ? [{ from: atEnd.next, to: atEnd.from }] : []),
  ];
  if (holes.length === 0) return null;
  return { zone, civilFrom: from && isoDate(from.first), civilTo: to && isoDate(to.last), holes };
}

function civilRange(from: CivilBound | null, to: CivilBound | null, requested: Requested, parameter: string): Range {
  if (from && to) assertOrder(isoDate(from.first), isoDate(to.last), requested, parameter);
  if (requested.tz === null || (!from && !to)) {
    return { ...requested, compare: 'civil', civilFrom: from && isoDate(from.first), civilTo: to && isoDate(to.last) };
  }
  const instantFrom = from && startOfDay(from.first, requested.tz);
  const instantTo = to && endOfDay(to.last, requested.tz);
  if (instantFrom !== null && instantFrom === instantTo) {
    const detail = `Is a day that ${requested.tz} skipped when it moved across the date line.`;
    throw new InvalidInput([{ parameter, detail }]);
  }
  const repeated = repeatedDays(from, to, requested.tz);
  return { ...requested, compare: 'instant', instantFrom, instantTo, ...(repeated && { repeated }) };
}

function instantRange(
  from: InstantBound | null,
  to: InstantBound | null,
  requested: Requested,
  parameter: string,
): Range {
  if (from && to) {
    assertOrder(from.epochMs, to.epochMs, requested, parameter);
    if (from.epochMs === to.epochMs) {
      const detail = 'Is an empty range: the instant at its end is not part of it. Choose a later end.';
      throw new InvalidInput([{ parameter, detail }]);
    }
  }
  return { ...requested, compare: 'instant', instantFrom: from?.epochMs ?? null, instantTo: to?.epochMs ?? null };
}

/**
 * The first and the last instant, in epoch milliseconds and inclusive, that an event in the range can touch; null if
 * unbounded. No zone differs from UTC by a whole day, so a margin of one day covers the days of every zone.
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

/** Whether a range is less than all of time. */
export const hasBounds = ({ from, to }: Range): boolean => from !== null || to !== null;

/**
 * Reads the range that a query asks for. Without bounds it is all of time.
 *
 * @throws {InvalidInput} when a parameter is invalid; the error names it
 * @example parseRange({ from: '2020-11', to: '2020-11-20' })
 */
export function parseRange(parameters: RangeParameters): Range {
  const { from, to, zone, match } = readRangeParameters(parameters);
  const requested: Requested = { from: from?.text ?? null, to: to?.text ?? null, tz: zone, match };
  // Errors about both bounds name the second one, or `date` if that has both.
  const parameter = parameters.date === undefined ? 'to' : 'date';
  if (isCivil(from) && isCivil(to)) return civilRange(from, to, requested, parameter);
  if (isInstant(from) && isInstant(to)) return instantRange(from, to, requested, parameter);
  const detail = 'Mixes dates and instants. Use days, months or years for both bounds, or instants for both.';
  throw new InvalidInput([{ parameter, detail }]);
}
