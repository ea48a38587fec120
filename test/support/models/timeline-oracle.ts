/**
 * What a range of dates finds, worked out from docs/date-ranges.md alone: by plain filtering and sorting, with no code
 * of the system.
 */

const dayMs = 86_400_000;
const farthestZoneMs = 26 * 3_600_000;

export interface When {
  readonly edtf: string;
  readonly tz?: string;
  readonly kind?: 'point' | 'span';
}

/** The parameters of a query that are about its range, as they are sent. */
export interface RangeQuery {
  readonly from?: string;
  readonly to?: string;
  readonly tz?: string;
  readonly match?: 'overlap' | 'within' | 'starts';
}

/**
 * From when to when, first as instants and then as days where it was; both ends inclusive, null where there is none.
 */
export interface Stretch {
  readonly instants: readonly [number | null, number | null];
  readonly days: readonly [string | null, string | null];
}

const calendars = new Map<string, Intl.DateTimeFormat>();

/** The day that a calendar on the wall shows; the Swedish write their dates as ISO does. */
function dayOn(instant: number, zone: string): string {
  const calendar = calendars.get(zone) ?? new Intl.DateTimeFormat('sv', { timeZone: zone });
  calendars.set(zone, calendar);
  return calendar.format(instant);
}

/** The first instant at which a calendar in the zone shows this day or a later one. */
function beginningOf(day: string, zone: string): number {
  let before = Date.parse(day) - farthestZoneMs;
  let after = Date.parse(day) + farthestZoneMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dayOn(middle, zone) >= day) after = middle;
    else before = middle;
  }
  return after;
}

const isoDay = (instant: number) => new Date(instant).toISOString().slice(0, 10);
const dayAfter = (day: string) => isoDay(Date.parse(day) + dayMs);

/** First and last day of a day, month, year, decade or century. */
function daysOf(text: string): [string, string] {
  const [year = '', month = 'XX', day = 'XX'] = text.split('-');
  const [firstYear, lastYear] = [year.replaceAll('X', '0'), year.replaceAll('X', '9')];
  if (month === 'XX') return [`${firstYear}-01-01`, `${lastYear}-12-31`];
  if (day !== 'XX') return [text, text];
  return [`${year}-${month}-01`, isoDay(Date.UTC(Number(year), Number(month), 0))];
}

/** What a date, without or with a time, covers. */
export function stretchOf(text: string, tz?: string): Stretch {
  const plain = text.replace(/[~?%]$/, '');
  if (!plain.includes('T')) {
    const [first, last] = daysOf(plain);
    const zone = tz ?? 'UTC';
    return { instants: [beginningOf(first, zone), beginningOf(dayAfter(last), zone) - 1], days: [first, last] };
  }
  const hasSeconds = /T\d\d:\d\d:\d\d/.test(plain);
  const first = Date.parse(plain);
  const last = first + (hasSeconds ? 1_000 : 60_000) - 1;
  const written = plain.slice(0, 10);
  return { instants: [first, last], days: tz ? [dayOn(first, tz), dayOn(last, tz)] : [written, written] };
}

/** The extent of an event's date, and what is known of it if a side is unknown. */
export function extentOf({ edtf, tz, kind }: When): Stretch & { kind: 'point' | 'span'; known: Stretch | null } {
  const [start = '', end] = edtf.split('/');
  if (end === undefined) return { ...stretchOf(start, tz), kind: kind ?? 'point', known: null };
  const side = (text: string) => (text === '' || text === '..' ? null : stretchOf(text, tz));
  const [first, last] = [side(start), side(end)];
  return {
    instants: [first?.instants[0] ?? null, last?.instants[1] ?? null],
    days: [first?.days[0] ?? null, last?.days[1] ?? null],
    kind: kind ?? 'span',
    known: start === '' || end === '' ? (first ?? last) : null,
  };
}

type Side = number | string | null;
type Line = readonly [Side, Side];

const isAfter = (one: Side, other: Side) => one !== null && other !== null && one > other;
const overlap = (one: Line, other: Line) => !isAfter(one[0], other[1]) && !isAfter(other[0], one[1]);
const inside = (one: Line, other: Line) =>
  (other[0] === null || (one[0] !== null && one[0] >= other[0])) &&
  (other[1] === null || (one[1] !== null && one[1] <= other[1]));

/** How surely an event is found by a range; null if it is not. */
export function verdictOn(when: When, { from, to, tz, match = 'overlap' }: RangeQuery): 'certain' | 'possible' | null {
  const event = extentOf(when);
  const isInstant = (bound?: string) => bound?.includes('T') === true;
  const byInstants = isInstant(from) || isInstant(to) || (tz !== undefined && (from ?? to) !== undefined);
  const clock = byInstants ? 'instants' : 'days';
  const lower = (bound: string) => (isInstant(bound) ? Date.parse(bound) : stretchOf(bound, tz)[clock][0]);
  const upper = (bound: string) => (isInstant(bound) ? Date.parse(bound) - 1 : stretchOf(bound, tz)[clock][1]);
  const range: Line = [from === undefined ? null : lower(from), to === undefined ? null : upper(to)];
  const mine = event[clock];
  if (!overlap(mine, range)) return null;
  if (match === 'within' && !inside(mine, range)) return null;
  if (match === 'starts' && !inside([mine[0], mine[0]], [range[0], mine[0] === null ? null : range[1]])) return null;
  if (event.kind === 'point') return inside(mine, range) ? 'certain' : 'possible';
  return event.known === null || overlap(event.known[clock], range) ? 'certain' : 'possible';
}

/** Earliest, then latest, then id: an open or unknown start comes first, an open or unknown end last. */
export function inOrder(one: { id: string; when: When }, other: { id: string; when: When }): number {
  const [mine, theirs] = [extentOf(one.when).instants, extentOf(other.when).instants];
  const starts = (mine[0] ?? -Infinity) - (theirs[0] ?? -Infinity) || 0;
  const ends = (mine[1] ?? Infinity) - (theirs[1] ?? Infinity) || 0;
  return starts || ends || (one.id < other.id ? -1 : 1);
}
