import type { DurationUnit, Length } from './words.ts';

/** Writes numbers in a language, with all their digits. */
export function numbersIn(language: string): (value: number) => string {
  const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 20 });
  return (value) => numbers.format(value);
}

/** Writes lengths of time in a language. The formatters are made when they are needed: few answers have any. */
export function durationsIn(language: string): (lengths: readonly Length[]) => string {
  const formatters = new Map<DurationUnit, Intl.NumberFormat>();
  const formatterOf = (unit: DurationUnit) => {
    const formatter =
      formatters.get(unit) ?? new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
    formatters.set(unit, formatter);
    return formatter;
  };
  const lists = new Intl.ListFormat(language, { type: 'conjunction' });
  return (lengths) => lists.format(lengths.map(({ unit, value }) => formatterOf(unit).format(value)));
}

/** What a comma between values would make hard to read. */
const punctuation = /[,;.!?،。]/;

/** Joins values by commas, or where they have punctuation of their own, by a stronger sign. */
export function joinedBy(strong: string): (values: readonly string[]) => string {
  return (values) => values.join(values.some((value) => punctuation.test(value)) ? strong : ', ');
}
