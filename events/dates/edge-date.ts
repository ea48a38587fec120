import { parseEdtf } from './edtf.ts';
import { type EdtfMoment, precisionOf, precisions, printEdtfDate } from './edtf-date.ts';
import type { Extent } from './extent.ts';

/** The end of a time whose date is asked for. */
export type Edge = 'first' | 'last';

/** A side that has no bound, or an unknown one. */
const unboundedSide = '..';

const precisionOfDay = precisions.indexOf('day');

const textOf = (moment: EdtfMoment): string | null => {
  const isDay = moment.qualifier === null && precisions.indexOf(precisionOf(moment)) <= precisionOfDay;
  return isDay ? null : printEdtfDate(moment);
};

/**
 * The date on which an event begins or ends, as the newsroom knows it: null if it is a day, else EDTF, or `..` if it is
 * open or unknown.
 *
 * @param edtf a date that was accepted
 * @example edgeDateOf('199X', 'first') // '199X'
 */
export function edgeDateOf(edtf: string, edge: Edge): string | null {
  const parsed = parseEdtf(edtf, { historical: true });
  if (parsed.form !== 'interval') return textOf(parsed);
  const side = edge === 'first' ? parsed.start : parsed.end;
  return typeof side === 'string' ? unboundedSide : textOf(side);
}

/**
 * What the first and the last day of a time have in common: a month, a year, a decade or a century; null if it is a
 * day, or nothing.
 */
export function commonDateOf({
  kind,
  civilEarliest,
  civilLatest,
}: Pick<Extent, 'kind' | 'civilEarliest' | 'civilLatest'>) {
  if (kind === 'span' || civilEarliest === null || civilLatest === null || civilEarliest === civilLatest) return null;
  const common = [
    ['YYYY-MM', ''],
    ['YYYY', ''],
    ['YYY', 'X'],
    ['YY', 'XX'],
  ] as const;
  const found = common.find(([known]) => civilLatest.startsWith(civilEarliest.slice(0, known.length)));
  return found ? civilEarliest.slice(0, found[0].length) + found[1] : null;
}

/** How vague a date is: the more, the greater. */
function vaguenessOf(date: string | null): number {
  if (date === null) return 0;
  if (date === unboundedSide) return Number.POSITIVE_INFINITY;
  const moment = parseEdtf(date, { historical: true }) as EdtfMoment;
  return 2 * precisions.indexOf(precisionOf(moment)) + (moment.qualifier === null ? 0 : 1);
}

/** Compares two dates of the same day: the more exact one is the lesser. Of equally vague ones, some one always is. */
export function compareExactness(one: string | null, other: string | null): number {
  if (one === other) return 0;
  const [vagueness, others] = [vaguenessOf(one), vaguenessOf(other)];
  if (vagueness !== others) return vagueness < others ? -1 : 1;
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
