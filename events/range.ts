import { EdtfError, parseEdtf } from './edtf.ts';
import { type InputError, InvalidInput } from './errors.ts';
import { endOfDay, isZone, startOfDay } from './zone.ts';

/** The zones furthest from Greenwich, with room to spare: civil dates lie within a day of the same dates in UTC. */
const zoneMarginMs = 86_400_000;

const matches = ['overlap', 'within', 'starts'] as const;
const instantForm = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const civilForm = /^\d{4}(-\d{2}(-\d{2})?)?$/;

interface Asked {
  /** As asked for; null where the range is open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly tz: string | null;
  readonly match: (typeof matches)[number];
}

/** Days, each event's own: `civilFrom` and `civilTo` are `YYYY-MM-DD`, inclusive; null where open. */
export interface CivilRange extends Asked {
  readonly compare: 'civil';
  readonly civilFrom: string | null;
  readonly civilTo: string | null;
}

/** Instants in epoch milliseconds: `instantFrom` inclusive, `instantTo` exclusive; null where open. */
export interface InstantRange extends Asked {
  readonly compare: 'instant';
  readonly instantFrom: number | null;
  readonly instantTo: number | null;
}

/** Which stretch of time a query asks for. */
export type Range = CivilRange | InstantRange;

/** The parameters of a query that make its range. */
export interface RangeParameters {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly date?: string | undefined;
  readonly tz?: string | undefined;
  readonly match?: string | undefined;
}

type Side = 'from' | 'to' | 'date';
type Bound = { civil: true; first: string; last: string } | { civil: false; instant: number };

const refusal = (parameter: keyof RangeParameters, detail: string): InvalidInput =>
  new InvalidInput([{ parameter, detail } satisfies InputError]);

function instantOf(parameter: Side, text: string): number {
  // The calendar and the clock are EDTF's business; fractions are not, and are kept.
  const whole = text.toUpperCase().replace(/\.\d+/, '');
  const parsed = parseEdtf(whole, { historical: true });
  if (parsed.type !== 'dateTime') throw refusal(parameter, 'Is not an instant.');
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return parsed.first + Math.floor(Number(`0.${fraction || '0'}`) * 1000);
}

function boundOf(parameter: Side, text: string): Bound {
  if (text === '') throw refusal(parameter, 'Is empty; leave it out for a range that is open on this side.');
  if (/T\d{2}:\d{2}(:\d{2}(\.\d+)?)? \d{2}:\d{2}$/i.test(text)) {
    throw refusal(parameter, 'Has a space where its offset begins: in a URL, write + as %2B.');
  }
  try {
    if (instantForm.test(text)) return { civil: false, instant: instantOf(parameter, text) };
    if (civilForm.test(text)) {
      const parsed = parseEdtf(text, { historical: true });
      if (parsed.type === 'date') return { civil: true, first: parsed.first, last: parsed.last };
    }
  } catch (error) {
    if (error instanceof EdtfError) throw refusal(parameter, error.message);
    throw error;
  }
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+$/i.test(text)) {
    throw refusal(
      parameter,
      `Has no offset, so it means another instant to every reader. Add one: ${text}Z, or ${text}%2B03:00.`,
    );
  }
  throw refusal(
    parameter,
    'Is not a day (2020-11-30), month (2020-11), year (2020) or RFC 3339 instant (2020-11-30T12:00:00Z).',
  );
}

/** `date=a/b` as its two sides; `date=a` is the whole unit. */
function sidesOf({ from, to, date }: RangeParameters): {
  from?: string | undefined;
  to?: string | undefined;
  by: [Side, Side];
} {
  if (date === undefined) return { from, to, by: ['from', 'to'] };
  if (from !== undefined || to !== undefined) throw refusal('date', 'Stands beside from or to; use one or the other.');
  const sides = date.split('/');
  if (sides.length > 2) throw refusal('date', 'Is a date, or two with one slash between them.');
  const [first = '', last = first] = sides;
  if (first === '..' && last === '..')
    throw refusal('date', 'Is open on both sides; leave it out to ask for everything.');
  return { from: first === '..' ? undefined : first, to: last === '..' ? undefined : last, by: ['date', 'date'] };
}

function assertOrder(from: Bound, to: Bound, parameter: Side): void {
  if (from.civil !== to.civil) {
    throw refusal(parameter, 'Is an instant beside a day, month or year; give both sides as the same kind.');
  }
  if (from.civil && to.civil && from.first > to.last) throw refusal(parameter, 'The range ends before it begins.');
  if (!from.civil && !to.civil && from.instant >= to.instant) {
    throw refusal(parameter, 'The range is empty: an instant range ends before its second bound.');
  }
}

/**
 * Reads the range that a query asks for.
 *
 * @throws InvalidInput naming the parameter
 */
export function parseRange(parameters: RangeParameters): Range {
  const { tz, match = 'overlap' } = parameters;
  if (!matches.includes(match as 'overlap')) throw refusal('match', `Is one of ${matches.join(', ')}.`);
  if (tz !== undefined && !isZone(tz)) throw refusal('tz', 'Is not a zone of the tz database, such as Europe/Moscow.');
  const { by, ...sides } = sidesOf(parameters);
  const from = sides.from === undefined ? null : boundOf(by[0], sides.from);
  const to = sides.to === undefined ? null : boundOf(by[1], sides.to);
  if (from && to) assertOrder(from, to, by[0]);
  const asked = { from: sides.from ?? null, to: sides.to ?? null, tz: tz ?? null, match: match as Range['match'] };
  const isCivil = (from ?? to)?.civil ?? true;
  if (isCivil && (tz === undefined || (!from && !to))) {
    return {
      ...asked,
      compare: 'civil',
      civilFrom: from?.civil ? from.first : null,
      civilTo: to?.civil ? to.last : null,
    };
  }
  const instantIn = (bound: Bound, side: 'from' | 'to') => {
    if (!bound.civil) return bound.instant;
    return side === 'from' ? startOfDay(bound.first, tz as string) : endOfDay(bound.last, tz as string);
  };
  return {
    ...asked,
    compare: 'instant',
    instantFrom: from && instantIn(from, 'from'),
    instantTo: to && instantIn(to, 'to'),
  };
}

/**
 * The instants, epoch milliseconds inclusive, outside of which nothing that matches can lie: with a civil range, a day more
 * on each side, since each event has its own zone.
 */
export function keyBounds(range: Range): { from: number | null; to: number | null } {
  if (range.compare === 'instant') {
    return { from: range.instantFrom, to: range.instantTo === null ? null : range.instantTo - 1 };
  }
  const { civilFrom, civilTo } = range;
  return {
    from: civilFrom === null ? null : startOfDay(civilFrom, 'UTC') - zoneMarginMs,
    to: civilTo === null ? null : endOfDay(civilTo, 'UTC') + zoneMarginMs,
  };
}
