import * as z from 'zod';
import { type EdtfDate, type EdtfDateTime, EdtfError, type EdtfSide, parseEdtf, precisions } from './edtf.ts';
import type { Bounds, Extent } from './extent.ts';
import { civilDateAt, endOfDay, isZone, startOfDay } from './zone.ts';

/** The same date is asked for by validation, card and entry, and a day's news shares its dates. */
const cacheSize = 1_000;
const cache = new Map<string, Extent>();

const shapeSchema = z.strictObject({
  edtf: z.string(),
  tz: z.string().refine(isZone, 'Must be a zone of the tz database, such as Asia/Baku, or UTC.').optional(),
  kind: z.enum(['point', 'span']).optional(),
  historical: z.boolean().optional(),
});

/** When an event happened, as a newsroom says it. */
export type When = z.infer<typeof shapeSchema>;

function boundsOf(date: EdtfDate | EdtfDateTime, tz: string | undefined): Bounds {
  if (date.type === 'dateTime') {
    const { first, last, civil } = date;
    const [civilEarliest, civilLatest] = tz ? [civilDateAt(first, tz), civilDateAt(last, tz)] : [civil, civil];
    return { earliest: first, latest: last, civilEarliest, civilLatest };
  }
  const { first, last } = date;
  const bounds = { earliest: startOfDay(first, tz ?? 'UTC'), latest: endOfDay(last, tz ?? 'UTC') - 1 };
  // Where a zone moved across the date line, a day was left out: Pacific/Apia had no 2011-12-30.
  if (bounds.latest < bounds.earliest)
    throw new EdtfError(`There was no ${first} in ${tz}: its calendar went past that day.`);
  return { ...bounds, civilEarliest: first, civilLatest: last };
}

const boundsOfSide = (side: EdtfSide, tz: string | undefined) => ('text' in side ? boundsOf(side, tz) : null);

function computedExtent({ edtf, tz, kind, historical }: When): Extent {
  const parsed = parseEdtf(edtf, { historical });
  if (parsed.type !== 'interval')
    return { ...boundsOf(parsed, tz), kind: kind ?? 'point', precision: parsed.precision };
  const { start, end } = parsed;
  const [first, last] = [boundsOfSide(start, tz), boundsOfSide(end, tz)];
  if (first && last && first.earliest > last.latest) {
    throw new EdtfError(`${edtf} ends before it begins; put the earlier date first.`);
  }
  const coarser = (one: EdtfSide, other: EdtfSide) =>
    precisions[Math.max(...[one, other].map((side) => ('text' in side ? precisions.indexOf(side.precision) : 0)))];
  const known = start.type === 'unknown' || end.type === 'unknown' ? (first ?? last) : null;
  // The later of two sides may begin a civil day earlier than the other: instants order an interval, offsets name its days.
  const civil = [first?.civilEarliest ?? null, last?.civilLatest ?? null] as const;
  const swapped = civil[0] !== null && civil[1] !== null && civil[0] > civil[1];
  return {
    earliest: first?.earliest ?? null,
    latest: last?.latest ?? null,
    civilEarliest: swapped ? civil[1] : civil[0],
    civilLatest: swapped ? civil[0] : civil[1],
    kind: kind ?? 'span',
    precision: coarser(start, end) as Extent['precision'],
    ...(known && { known }),
  };
}

/**
 * From when to when an event happened.
 *
 * @throws EdtfError if there is no such date, or none in that zone
 */
export function extentOf(when: When): Extent {
  const key = `${when.edtf} ${when.tz} ${when.kind} ${when.historical}`;
  const cached = cache.get(key);
  if (cached) return cached;
  const extent = computedExtent(when);
  if (cache.size >= cacheSize) cache.clear();
  cache.set(key, extent);
  return extent;
}

/** When an event happened: EDTF, the zone that its days are of, whether it is a point or a span. */
export const whenSchema = shapeSchema.superRefine((when, context) => {
  try {
    extentOf(when);
  } catch (error) {
    if (!(error instanceof EdtfError)) throw error;
    context.addIssue({ code: 'custom', path: ['edtf'], message: error.message });
  }
});
