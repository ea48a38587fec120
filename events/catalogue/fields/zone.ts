import * as z from 'zod';

// The Intl of today takes offsets for zones; an offset is no place where clocks change.
const offset = /^[+-]/;

function isZone(name: string): boolean {
  if (offset.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** A time zone of the IANA database. */
export const zoneSchema = z.string().refine(isZone, { error: 'Must be a time zone of the IANA, such as Asia/Baku.' });
