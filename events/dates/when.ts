import * as z from 'zod';
import { maximumCodeLength } from '../input/limits.ts';
import { once } from '../input/once.ts';
import { parseEdtf } from './edtf.ts';
import { EdtfError } from './edtf-error.ts';
import { type Extent, extentIn } from './extent.ts';
import { zoneNameOf } from './zone.ts';

const fieldsSchema = () =>
  z.strictObject({
    edtf: z.string().meta({
      maxLength: maximumCodeLength,
      description:
        'The date in EDTF (ISO 8601-2), level 0 and 1: a day, month or year, a date and time with its offset, unspecified digits, a qualifier at the end, an interval, open or unknown ends.',
      examples: [
        '2020-12-01',
        '2020-11-10T00:00:00+03:00',
        '2020-11-XX',
        '2020-11-09~',
        '2020-09-27/2020-11-10',
        '../2020',
      ],
    }),
    tz: z
      .string()
      .optional()
      .meta({
        maxLength: maximumCodeLength,
        description: 'The time zone in which its days begin and end (tz database). Default: UTC.',
        examples: ['Asia/Baku'],
      }),
    kind: z
      .enum(['point', 'span'])
      .optional()
      .describe(
        '`point`: it happened at one time within the date. `span`: it went on all through it. Default: `span` for an interval, else `point`.',
      ),
    historical: z
      .boolean()
      .optional()
      .describe(
        '`true` to accept a year before 1000, which is otherwise refused as a likely typing error. Default: false.',
      ),
  });

/** When something happened, as a newsroom sends it. */
export type When = z.infer<ReturnType<typeof fieldsSchema>>;

/** The name of the zone; null if there is none, undefined if it is unknown. */
function zoneOf({ tz }: When): string | null | undefined {
  return tz === undefined ? null : (zoneNameOf(tz) ?? undefined);
}

/**
 * The extents of dates: its validation, its warnings and its decision ask for that of an event. Its days in a zone take
 * most of the time.
 */
const known = new WeakMap<When, Extent>();

function extentInZone(when: When, zone: string | null): Extent {
  const before = known.get(when);
  if (before) return before;
  const { edtf, kind, historical } = when;
  const parsed = parseEdtf(edtf, { historical });
  const extent = { ...extentIn(parsed, zone), kind: kind ?? (parsed.form === 'interval' ? 'span' : 'point') };
  known.set(when, extent);
  return extent;
}

function errorMessageOf(when: When, zone: string | null): string | null {
  try {
    extentInZone(when, zone);
    return null;
  } catch (error) {
    if (error instanceof EdtfError) return error.message;
    throw error;
  }
}

/** When an event happened: a date in EDTF, its zone, and whether it is a point or a span. */
export const whenSchema = once(() =>
  fieldsSchema()
    .superRefine((when, context) => {
      const zone = zoneOf(when);
      if (zone === undefined) {
        const message = 'Must be a zone of the tz database, such as Asia/Baku, or UTC.';
        context.addIssue({ code: 'custom', path: ['tz'], message });
      }
      const reason = errorMessageOf(when, zone ?? null);
      if (reason !== null) context.addIssue({ code: 'custom', path: ['edtf'], message: reason });
    })
    .describe('When an event happened.'),
);

/**
 * The extent of an event.
 *
 * @param when a value that the schema accepts
 * @throws {EdtfError} when the schema does not accept it
 */
export function extentOf(when: When): Extent {
  const zone = zoneOf(when);
  if (zone === undefined) throw new EdtfError('Is in an unknown time zone.');
  return extentInZone(when, zone);
}
