import { isDeepStrictEqual } from 'node:util';
import type { FacetHead } from '../timelines/heads.ts';
import type { Differences } from './differences.ts';

/** What a reader is told of a facet. */
function shownOf({ entries, classes, first, last, position, updatedAt, story }: FacetHead) {
  const standing = Object.fromEntries(Object.entries(classes).filter(([, count]) => count > 0));
  return { entries, classes: standing, first, last, position, updatedAt, story };
}

/** Whether all that is looked through by one is looked through by the other: both only ever widen. */
function isWithin(inner: FacetHead, outer: FacetHead): boolean {
  const { from = 0, to = 0 } = inner.dayOffsets ?? {};
  const offsets = outer.dayOffsets;
  return (
    Object.keys(inner.classes).every((spanClass) => spanClass in outer.classes) &&
    (!inner.dayOffsets || (offsets !== undefined && offsets.from <= from && to <= offsets.to))
  );
}

/** Compares what is known of a facet. Timelines in use may look further than they need to, which nobody sees. */
export function compareHeads(
  [present, rebuilt]: readonly [FacetHead | undefined, FacetHead | undefined],
  facet: string,
  differences: Differences,
): void {
  if (!present || !rebuilt) {
    differences.add(`The head of ${facet} is in the ${present ? 'present' : 'rebuilt'} timelines only.`);
    return;
  }
  const [shown, other] = [shownOf(present), shownOf(rebuilt)];
  const names = (Object.keys(shown) as (keyof typeof shown)[]).filter(
    (name) => !isDeepStrictEqual(shown[name], other[name]),
  );
  if (!isWithin(rebuilt, present)) names.push('classes');
  if (names.length > 0) differences.add(`The head of ${facet} differs in ${[...new Set(names)].join(', ')}.`);
  else if (!isDeepStrictEqual(present, rebuilt)) differences.addUnseen();
}
