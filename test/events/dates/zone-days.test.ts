import { describe, expect, test } from '@jest/globals';
import { bucketOf } from '../../../events/dates/bucket.ts';
import { certaintyOf } from '../../../events/dates/certainty.ts';
import { parseRange } from '../../../events/dates/range.ts';
import { extentOf, whenSchema } from '../../../events/dates/when.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const isoDay = (localMs: number) => new Date(localMs).toISOString().slice(0, 10);

/** The time on clocks in a zone minus that in UTC, in milliseconds, by the formatter of the platform. */
function clockOf(timeZone: string): (epochMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (epochMs) => {
    const text = format.format(epochMs);
    const at = (from: number) => Number(text.slice(from, from + 2));
    return Date.UTC(Number(text.slice(6, 10)), at(0) - 1, at(3), at(12), at(15), at(18)) - epochMs;
  };
}

/** A time in which clocks keep their offset, `from` inclusive and `to` exclusive. */
interface Steady {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const [firstMs, lastMs] = [Date.UTC(1840, 0, 1), Date.UTC(2040, 0, 1)];
/** No zone changes its clocks and changes them back within so many days. */
const stepMs = 16 * dayMs;

/** All times in which the clocks of a zone keep their offset, found by trying. */
function steadyTimes(zone: string): Steady[] {
  const offsetAt = clockOf(zone);
  const times: Steady[] = [];
  let from = firstMs;
  let offset = offsetAt(from);
  for (let at = firstMs + stepMs; at < lastMs; at += stepMs) {
    while (offsetAt(at) !== offset) {
      let [low, high] = [Math.max(from, at - stepMs), at];
      while (high - low > 1_000) {
        const middle = Math.floor((low + high) / 2_000) * 1_000;
        if (offsetAt(middle) === offset) low = middle;
        else high = middle;
      }
      times.push({ from, to: high, offset });
      from = high;
      offset = offsetAt(high);
    }
  }
  return [...times, { from, to: lastMs, offset }];
}

/** The stretches in which clocks show a day. */
function stretchesOf(day: string, times: readonly Steady[]): { from: number; to: number }[] {
  const local = Date.parse(day);
  return times
    .map(({ from, to, offset }) => ({ from: Math.max(from, local - offset), to: Math.min(to, local + dayMs - offset) }))
    .filter(({ from, to }) => from < to)
    .reduce<{ from: number; to: number }[]>((joined, next) => {
      const last = joined.at(-1);
      if (last?.to === next.from) last.to = next.to;
      else joined.push(next);
      return joined;
    }, []);
}

const instantOf = (epochMs: number): string => new Date(epochMs).toISOString().replace('.000Z', 'Z');

/** What is wrong with how long a day of a zone lasts; nothing if the clocks agree. */
function wrongBounds(day: string, zone: string, times: readonly Steady[]): string[] {
  const stretches = stretchesOf(day, times);
  const when = { edtf: day, tz: zone };
  const accepted = whenSchema().safeParse(when).success;
  if (stretches.length === 0) return accepted ? [`${zone} ${day} is no day there`] : [];
  if (!accepted) return [`${zone} ${day} is refused`];
  const { earliest, latest } = extentOf(when);
  const bounds = [stretches[0]?.from, (stretches.at(-1)?.to as number) - 1];
  const isRight = earliest === bounds[0] && latest === bounds[1];
  return isRight ? [] : [`${zone} ${day} lasts ${earliest} to ${latest}, not ${bounds}`];
}

/** What is wrong with what is found on a day of a zone, around each end of its stretches and on the days beside it. */
function wrongFinds(day: string, zone: string, times: readonly Steady[]): string[] {
  const stretches = stretchesOf(day, times);
  if (stretches.length === 0) return [];
  const faults: string[] = [];
  const withinDay = parseRange({ date: day, tz: zone, match: 'within' });
  for (const instant of stretches.flatMap(({ from, to }) => [from - 1_000, from, to - 1_000, to])) {
    const event = { edtf: instantOf(instant), tz: zone };
    const extent = extentOf(event);
    const isOfDay = stretches.some(({ from, to }) => instant >= from && instant < to);
    const found = certaintyOf(extent, withinDay);
    if (found !== (isOfDay ? 'certain' : null)) faults.push(`${zone} ${day} has ${event.edtf}: ${found}`);
    const { civilEarliest } = extent;
    if ((civilEarliest === day) !== isOfDay) faults.push(`${zone} ${event.edtf} is said to be on ${civilEarliest}`);
  }
  const extentOfDay = extentOf({ edtf: day, tz: zone });
  if (certaintyOf(extentOfDay, withinDay) !== 'certain') faults.push(`${zone} ${day} is not found on itself`);
  for (const beside of [-1, 1].map((step) => isoDay(Date.parse(day) + step * dayMs))) {
    if (stretchesOf(beside, times).length === 0) continue;
    const found = certaintyOf(extentOfDay, parseRange({ date: beside, tz: zone }));
    if (found !== null) faults.push(`${zone} ${day} is found on ${beside}`);
  }
  return faults;
}

const zones = Intl.supportedValuesOf('timeZone');

/** A change of the clocks, and the days that they show just before and after it. */
interface Change {
  readonly zone: string;
  readonly times: readonly Steady[];
  readonly days: readonly string[];
  readonly isOverMidnight: boolean;
}

/** Every change of the clocks in every zone, once: many zones have most of theirs in common. */
function allChanges(): Change[] {
  const seen = new Set<string>();
  return zones.flatMap((zone) => {
    const times = steadyTimes(zone);
    return times.slice(1).flatMap(({ from, offset }, index) => {
      const before = times[index]?.offset as number;
      const key = `${from} ${before} ${offset}`;
      if (seen.has(key)) return [];
      seen.add(key);
      const days = [isoDay(from - 1_000 + before), isoDay(from + offset)];
      const isOverMidnight = days[0] !== days[1] || (from + before) % dayMs === 0 || (from + offset) % dayMs === 0;
      return [{ zone, times, days, isOverMidnight }];
    });
  });
}

test('every day around every change of the clocks in every zone is what the clocks there show', () => {
  const changes = allChanges();
  const faults = changes.flatMap(({ zone, times, days, isOverMidnight }) => {
    const around = [-dayMs, 0, dayMs].flatMap((step) => days.map((day) => isoDay(Date.parse(day) + step)));
    return [
      ...[...new Set(isOverMidnight ? around : days)].flatMap((day) => wrongBounds(day, zone, times)),
      ...[...new Set(isOverMidnight ? days : [])].flatMap((day) => wrongFinds(day, zone, times)),
    ];
  });
  expect(faults).toEqual([]);
  expect(changes.length).toBeGreaterThan(5_000);
  expect(changes.filter(({ isOverMidnight }) => isOverMidnight).length).toBeGreaterThan(500);
});

describe('a day that has two stretches, since clocks were turned back over midnight,', () => {
  const range = (date: string, tz?: string) => parseRange({ date, ...(tz && { tz }) });
  const lateInStJohns = { edtf: '2010-11-06T23:30:00-03:30', tz: 'America/St_Johns' };
  const afterTheSale = { edtf: '1867-10-18T15:31-09:01', tz: 'America/Sitka' };

  test.each([
    [lateInStJohns, '2010-11-06', '2010-11-07'],
    [afterTheSale, '1867-10-18', '1867-10-19'],
  ])('is the day of an event in its second: %j', (when, day, next) => {
    const extent = extentOf(when);
    for (const tz of [undefined, when.tz]) {
      expect(certaintyOf(extent, range(day, tz))).toBe('certain');
      expect(certaintyOf(extent, range(next, tz))).toBeNull();
      expect(certaintyOf(extent, range(`${next}/..`, tz))).toBeNull();
      expect(bucketOf(extent, range(day, tz), 'day')).toBe(day);
    }
  });

  test('is found by instants of both, and between them is the next day', () => {
    const extent = extentOf({ edtf: '1867-10-18', tz: 'America/Sitka' });
    const at = (from: string, to: string) => certaintyOf(extent, parseRange({ from, to }));
    expect(at('1867-10-17T10:00:00Z', '1867-10-17T11:00:00Z')).toBe('possible');
    expect(at('1867-10-19T01:00:00Z', '1867-10-19T02:00:00Z')).toBe('possible');
  });

  test('is not a bucket of a range that begins after it', () => {
    const lasting = extentOf({ edtf: '1867-10-18T15:31-09:01/1867-10-20T00:00-09:01', tz: 'America/Sitka' });
    expect(bucketOf(lasting, range('1867-10-19/1867-10-20', 'America/Sitka'), 'day')).toBe('1867-10-19');
  });

  test('ends an interval that begins on the next day in no order', () => {
    const when = { edtf: '2010-11-07/2010-11-06', tz: 'America/St_Johns' };
    expect(whenSchema().safeParse(when).success).toBe(false);
  });
});
