import { Temporal } from 'temporal-polyfill';

const dayMs = 86_400_000;

/** Zones by name, as the tz database (IANA) has them; not offsets, which say nothing about other days. */
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Whether this is the name of a zone that this runtime knows. */
export function isZone(name: string): boolean {
  if (name === 'UTC') return true;
  if (!zoneName.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The first instant of a civil day (`YYYY-MM-DD`) in a zone, epoch milliseconds; where clocks jump over midnight, the first after it. */
export function startOfDay(civil: string, zone: string): number {
  if (zone === 'UTC') return Date.parse(`${civil}T00:00:00.000Z`);
  return Temporal.PlainDate.from(civil).toZonedDateTime(zone).epochMilliseconds;
}

/** The first instant after a civil day in a zone. */
export function endOfDay(civil: string, zone: string): number {
  if (zone === 'UTC') return startOfDay(civil, zone) + dayMs;
  return Temporal.PlainDate.from(civil).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/** The civil date, `YYYY-MM-DD`, that an instant falls on in a zone. */
export function civilDateAt(epochMs: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).toPlainDate().toString();
}
