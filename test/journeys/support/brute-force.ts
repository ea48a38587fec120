import type { Happening } from './imprecise-events.ts';

const hourMs = 3_600_000;
const farthestFromUtcMs = 16 * hourMs;
const secondMs = 1_000;

/** A question for a range of time: two days in their own place, in the zone of the one who asks, or two instants. */
export interface Question {
  readonly from: string | null;
  readonly to: string | null;
  readonly tz: string | null;
  readonly match: 'overlap' | 'within' | 'starts';
}

/** From and to are inclusive, whatever they measure: days as text, or milliseconds. */
interface Stretch<Point extends string | number> {
  readonly from: Point | null;
  readonly to: Point | null;
}

export interface Found {
  readonly name: string;
  readonly certainty: 'certain' | 'possible';
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The day that a calendar in a zone shows. */
function dayShown(instant: number, zone: string): string {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
    clocks.set(zone, clock);
  }
  return clock.format(instant);
}

/** The first instant at which a calendar in a zone shows a day: by halves, to the second. */
function beginningOf(day: string, zone: string): number {
  let before = Date.parse(day) - farthestFromUtcMs;
  let reached = Date.parse(day) + farthestFromUtcMs;
  while (reached - before > secondMs) {
    const middle = before + Math.floor((reached - before) / 2 / secondMs) * secondMs;
    if (dayShown(middle, zone) < day) before = middle;
    else reached = middle;
  }
  return reached;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 24 * hourMs).toISOString().slice(0, 10);
}

const endOf = (day: string, zone: string) => beginningOf(dayAfter(day), zone) - 1;

const firstDayOf = (bound: string) => `${bound}-01-01`.slice(0, 10);

function lastDayOf(bound: string): string {
  if (bound.length === 10) return bound;
  if (bound.length === 4) return `${bound}-12-31`;
  const [year, month] = bound.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, month ?? 0, 0)).toISOString().slice(0, 10);
}

function daysAsked({ from, to }: Question): Stretch<string> {
  return { from: from && firstDayOf(from), to: to && lastDayOf(to) };
}

function instantsAsked({ from, to, tz }: Question): Stretch<number> {
  const zone = tz ?? 'UTC';
  const isTime = (bound: string) => bound.includes('T');
  return {
    from: from === null ? null : isTime(from) ? Date.parse(from) : beginningOf(firstDayOf(from), zone),
    to: to === null ? null : isTime(to) ? Date.parse(to) - 1 : endOf(lastDayOf(to), zone),
  };
}

type InTime = Stretch<number>;

/** When something happened on the clock of the world. */
export function inTime({ first, last, instant, when }: Omit<Happening, 'name'>): InTime {
  if (instant !== undefined) return { from: instant, to: instant + secondMs - 1 };
  const zone = when.tz ?? 'UTC';
  return { from: first && beginningOf(first, zone), to: last && endOf(last, zone) } as InTime;
}

function touches<Point extends string | number>(one: Stretch<Point>, other: Stretch<Point>): boolean {
  const isBefore = (end: Point | null, start: Point | null) => end !== null && start !== null && end < start;
  return !isBefore(one.to, other.from) && !isBefore(other.to, one.from);
}

function verdict<Point extends string | number>(
  { kind }: Happening,
  event: Stretch<Point>,
  known: Stretch<Point> | null,
  asked: Stretch<Point>,
  match: Question['match'],
): Found['certainty'] | null {
  if (!touches(event, asked)) return null;
  const beginsInside = asked.from === null || (event.from !== null && event.from >= asked.from);
  const endsInside = asked.to === null || (event.to !== null && event.to <= asked.to);
  if (match === 'starts' && !beginsInside) return null;
  if (match === 'within' && !(beginsInside && endsInside)) return null;
  if (beginsInside && endsInside) return 'certain';
  if (kind === 'point') return 'possible';
  return known === null || touches(known, asked) ? 'certain' : 'possible';
}

function verdictOn(happening: Happening, question: Question): Found['certainty'] | null {
  const { first, last, known, when } = happening;
  const byInstants = question.tz !== null || [question.from, question.to].some((bound) => bound?.includes('T'));
  if (byInstants) {
    const knownInTime = known ? inTime({ ...known, when, kind: 'point' }) : null;
    return verdict(happening, inTime(happening), knownInTime, instantsAsked(question), question.match);
  }
  const knownDays = known ? { from: known.first, to: known.last } : null;
  return verdict(happening, { from: first, to: last }, knownDays, daysAsked(question), question.match);
}

/** What a question finds among all that happened, by looking at each, in the order of a timeline. */
export function bruteForce(all: readonly Happening[], question: Question, idOf: (name: string) => string): Found[] {
  const found = all.flatMap((happening) => {
    const certainty = verdictOn(happening, question);
    return certainty ? [{ name: happening.name, certainty, time: inTime(happening), id: idOf(happening.name) }] : [];
  });
  found.sort((one, other) => {
    const start = (one.time.from ?? -Infinity) - (other.time.from ?? -Infinity) || 0;
    const end = (one.time.to ?? Infinity) - (other.time.to ?? Infinity) || 0;
    return start || end || (one.id < other.id ? -1 : 1);
  });
  return found.map(({ name, certainty }) => ({ name, certainty }));
}
