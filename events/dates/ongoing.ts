import type { Extent } from './extent.ts';
import type { Range } from './range.ts';
import { cellMs, spanClassOf } from './span-class.ts';

/** Whether a query finds what began before its range and still goes on in it: too, alone, or not. */
export const ongoingChoices = ['include', 'only', 'exclude'] as const;

export type OngoingChoice = (typeof ongoingChoices)[number];

function beganBefore({ earliest, civilEarliest }: Omit<Extent, 'precision'>, range: Range): boolean {
  if (range.compare === 'civil') {
    return range.civilFrom !== null && (civilEarliest === null || civilEarliest < range.civilFrom);
  }
  return range.instantFrom !== null && (earliest === null || earliest < range.instantFrom);
}

/** Whether a date is longer than a month, or has no bound on one side. */
function isLong(extent: Omit<Extent, 'precision'>): boolean {
  const { earliest, latest } = extent;
  return earliest === null || latest === null || cellMs(spanClassOf(extent)) !== null;
}

/**
 * Whether an event that a range finds may be shown. What goes on is a span that began before the range, and anything
 * else that may have begun before it whose date is longer than a month. A date that is known to the month is not: the
 * event may have happened in the range.
 */
export function acceptsOngoing(
  extent: Omit<Extent, 'precision'>,
  range: Range,
  choice: OngoingChoice = 'include',
): boolean {
  if (choice === 'include') return true;
  const isOngoing = beganBefore(extent, range) && (extent.kind === 'span' || isLong(extent));
  return isOngoing === (choice === 'only');
}
