import type { DurationUnit, Words } from './words.ts';

const units: readonly DurationUnit[] = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'];

const iso8601 = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** A duration of ISO 8601 in words. @example 'P1Y6M' // '1 year and 6 months' */
export function durationInWords(duration: string, words: Words): string {
  const [, ...values] = iso8601.exec(duration) ?? [];
  const lengths = units.flatMap((unit, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ unit, value: Number(value) }];
  });
  return lengths.length === 0 ? duration : words.duration(lengths);
}
