import type { When } from '../../../events/dates/when.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const isoDay = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 10);

/**
 * The days around those where the units begin and end that are asked about. What is open reaches to the first and last.
 */
const days = [
  ['2019-12-28', 8],
  ['2020-01-29', 45],
  ['2020-03-28', 8],
  ['2020-12-28', 8],
].flatMap(([first, count]) =>
  Array.from({ length: count as number }, (_, index) => isoDay(Date.parse(first as string) + index * dayMs)),
);

/** A date, or a time with its offset written apart: what is covered is what begins with this text on a clock there. */
export interface OracleSide {
  readonly text: string;
  readonly offsetHours: number | null;
}

/** `end` null: no interval. Zones are whole hours from UTC, so that no knowledge of zones is needed. */
export interface OracleEvent {
  readonly start: OracleSide | 'open' | 'unknown';
  readonly end: OracleSide | 'open' | 'unknown' | null;
  readonly zoneHours: number | null;
  readonly kind: 'point' | 'span' | undefined;
}

export interface OracleRange {
  readonly from: string | null;
  readonly to: string | null;
  readonly zoneHours: number | null;
  readonly match: 'overlap' | 'within' | 'starts';
}

const clock = (epochMs: number, offsetHours: number) => new Date(epochMs + offsetHours * hourMs).toISOString();

function sideText({ text, offsetHours }: OracleSide): string {
  if (offsetHours === null) return text;
  return `${text}${offsetHours < 0 ? '-' : '+'}${String(Math.abs(offsetHours)).padStart(2, '0')}:00`;
}

const isDated = (side: OracleEvent['end']): side is OracleSide => side !== null && typeof side === 'object';

/** The event as it would be posted. */
export function oracleWhen({ start, end, zoneHours, kind }: OracleEvent, zoneName: (hours: number) => string): When {
  const written = (side: OracleSide | 'open' | 'unknown') => {
    if (typeof side === 'object') return sideText(side);
    return side === 'open' ? '..' : '';
  };
  const edtf = end === null ? written(start) : `${written(start)}/${written(end)}`;
  return { edtf, ...(zoneHours !== null && { tz: zoneName(zoneHours) }), ...(kind && { kind }) };
}

/**
 * Whether an instant lies at or after the start of a side, and at or before its end: texts of one length sort as times
 * do.
 */
const reaches = (epochMs: number, { text, offsetHours }: OracleSide, zoneHours: number | null) => {
  const shown = clock(epochMs, offsetHours ?? zoneHours ?? 0).slice(0, text.length);
  return { after: shown >= text, before: shown <= text };
};

/** The instants of a side, out of those given. */
const instantsWithin = (side: OracleSide, zoneHours: number | null, instants: readonly number[]) =>
  instants.filter((epochMs) => {
    const { after, before } = reaches(epochMs, side, zoneHours);
    return after && before;
  });

/** The days of a side where the event happened, as the clocks there show them, or as its offset writes them. */
const daysWithin = (side: OracleSide, zoneHours: number | null, instants: readonly number[]) =>
  instantsWithin(side, zoneHours, instants).map((epochMs) =>
    clock(epochMs, zoneHours ?? side.offsetHours ?? 0).slice(0, 10),
  );

/** Every point where anything can begin or end, and the millisecond before it. */
function instantsOf(event: OracleEvent, range: OracleRange): number[] {
  const instants = new Set<number>();
  const offsets = new Set([0, event.zoneHours ?? 0, range.zoneHours ?? 0]);
  for (const day of days) for (const hours of offsets) instants.add(Date.parse(day) - hours * hourMs);
  for (const side of [event.start, event.end]) {
    if (!isDated(side) || side.offsetHours === null) continue;
    const begins = Date.parse(sideText(side));
    instants.add(begins);
    instants.add(begins + (side.text.length > 16 ? 1_000 : 60_000));
  }
  for (const bound of [range.from, range.to]) if (bound?.includes('T')) instants.add(Date.parse(bound));
  return [...instants].flatMap((instant) => [instant - 1, instant]).sort((one, other) => one - other);
}

const byInstants = (range: OracleRange) =>
  range.zoneHours !== null || [range.from, range.to].some((bound) => bound?.includes('T'));

/** Which of the points, days or instants, the range holds. */
function isInRange(point: number | string, { from, to, zoneHours }: OracleRange): boolean {
  const compare = (bound: string) => {
    if (bound.includes('T')) return (point as number) - Date.parse(bound);
    const shown = typeof point === 'string' ? point : clock(point, zoneHours ?? 0);
    // What is unspecified may be anything, and a qualifier changes nothing.
    const known = bound.replace(/(-?X.*)?[~?%]?$/, '');
    const unit = shown.slice(0, known.length);
    return unit === known ? 0 : unit < known ? -1 : 1;
  };
  return (
    (from === null || compare(from) >= 0) && (to === null || (to.includes('T') ? compare(to) < 0 : compare(to) <= 0))
  );
}

function verdictOn(
  event: readonly (number | string)[],
  known: readonly (number | string)[] | null,
  kind: 'point' | 'span',
  range: OracleRange,
) {
  const inside = event.filter((point) => isInRange(point, range));
  const isWhollyInside = inside.length === event.length;
  if (inside.length === 0) return null;
  if (range.match === 'within' && !isWhollyInside) return null;
  if (range.match === 'starts' && inside[0] !== event[0]) return null;
  if (kind === 'point') return isWhollyInside ? 'certain' : 'possible';
  return known === null || known.some((point) => isInRange(point, range)) ? 'certain' : 'possible';
}

/** What an event is to a range, by trying every point of time at which anything could change. */
export function oracleVerdict(event: OracleEvent, range: OracleRange) {
  const { start, zoneHours } = event;
  const end = event.end ?? start;
  const instants = instantsOf(event, range);
  const points = byInstants(range) ? instants : days;
  if (!points.some((point) => isInRange(point, range))) return 'no range';
  if (!isDated(start) && !isDated(end)) return 'no event';
  const covered = instants.filter(
    (instant) =>
      (!isDated(start) || reaches(instant, start, zoneHours).after) &&
      (!isDated(end) || reaches(instant, end, zoneHours).before),
  );
  if (covered.length === 0) return 'no event';
  const kind = event.kind ?? (event.end === null ? 'point' : 'span');
  const known = [start, end].includes('unknown') ? [start, end].find(isDated) : undefined;
  if (byInstants(range)) {
    return verdictOn(covered, known ? instantsWithin(known, zoneHours, instants) : null, kind, range);
  }
  const dated = [start, end].filter(isDated).map((side) => daysWithin(side, zoneHours, instants));
  const [first = '', last = ''] = [dated[0]?.[0] ?? '', dated.at(-1)?.at(-1) ?? ''].sort();
  const held = days.filter((day) => (!isDated(start) || day >= first) && (!isDated(end) || day <= last));
  return verdictOn(held, known ? daysWithin(known, zoneHours, instants) : null, kind, range);
}
