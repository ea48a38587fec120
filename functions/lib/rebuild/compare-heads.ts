import { isDeepStrictEqual } from 'node:util';
import type { FacetHead } from '../timelines/heads.ts';
import type { Differences } from './differences.ts';

/** The part of a head that readers see. */
function shownOf({ entries, redacted, classes, first, last, position, updatedAt, owner, story }: FacetHead) {
  const usedClasses = Object.fromEntries(Object.entries(classes).filter(([, count]) => count > 0));
  return { entries, redacted, classes: usedClasses, first, last, position, updatedAt, owner, story };
}

/**
 * Whether reads by the outer head search all that reads by the inner head search. The classes and offsets of a head
 * only widen.
 */
function isWithin(inner: FacetHead, outer: FacetHead): boolean {
  const { from = 0, to = 0 } = inner.dayOffsets ?? {};
  const offsets = outer.dayOffsets;
  return (
    Object.keys(inner.classes).every((spanClass) => spanClass in outer.classes) &&
    (!inner.dayOffsets || (offsets !== undefined && offsets.from <= from && to <= offsets.to))
  );
}

/**
 * Compares two heads of a facet. The head in use may make reads search more than they need to, which no reader sees.
 */
export function compareHeads(
  [present, rebuilt]: readonly [FacetHead | undefined, FacetHead | undefined],
  facet: string,
  differences: Differences,
): void {
  if (!present || !rebuilt) {
    differences.add(`The head of ${facet} is in the ${present ? 'present' : 'rebuilt'} timelines only.`);
    return;
  }
  const [presentShown, rebuiltShown] = [shownOf(present), shownOf(rebuilt)];
  const names = (Object.keys(presentShown) as (keyof typeof presentShown)[]).filter(
    (name) => !isDeepStrictEqual(presentShown[name], rebuiltShown[name]),
  );
  if (!isWithin(rebuilt, present)) names.push('classes');
  if (names.length > 0) differences.add(`The head of ${facet} differs in ${[...new Set(names)].join(', ')}.`);
  else if (!isDeepStrictEqual(present, rebuilt)) differences.addInvisible();
}
