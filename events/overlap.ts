import type { Extent } from './extent.ts';
import type { Range } from './range.ts';

/** Whether an event is sure to have happened in a range, or may have. */
export type Certainty = 'certain' | 'possible';

type Point = number | string;

/** Both inclusive; null is unbounded. */
interface Stretch<P extends Point> {
  readonly first: P | null;
  readonly last: P | null;
}

const overlaps = <P extends Point>(one: Stretch<P>, other: Stretch<P>): boolean =>
  (one.first === null || other.last === null || one.first <= other.last) &&
  (other.first === null || one.last === null || other.first <= one.last);

/** Whether the first is unbounded only where the second is, and lies inside it. */
const isInside = <P extends Point>(one: Stretch<P>, other: Stretch<P>): boolean =>
  (other.first === null || (one.first !== null && one.first >= other.first)) &&
  (other.last === null || (one.last !== null && one.last <= other.last));

/** Whether an event begins in the range. One without a known beginning begins only in what is open to the past itself. */
const startsIn = <P extends Point>({ first }: Stretch<P>, range: Stretch<P>): boolean =>
  first === null
    ? range.first === null
    : (range.first === null || first >= range.first) && (range.last === null || first <= range.last);

function certaintyOf<P extends Point>(
  event: Stretch<P>,
  known: Stretch<P> | undefined,
  range: Stretch<P>,
  kind: Extent['kind'],
  match: Range['match'],
): Certainty | null {
  if (!overlaps(event, range)) return null;
  if (match === 'within' && !isInside(event, range)) return null;
  if (match === 'starts' && !startsIn(event, range)) return null;
  if (kind === 'point') return isInside(event, range) ? 'certain' : 'possible';
  return known === undefined || overlaps(known, range) ? 'certain' : 'possible';
}

/** Whether and how surely an event lies in a range; null if it does not. */
export function overlapOf(extent: Omit<Extent, 'precision'>, range: Range): Certainty | null {
  const { kind, known } = extent;
  if (range.compare === 'civil') {
    return certaintyOf<string>(
      { first: extent.civilEarliest, last: extent.civilLatest },
      known && { first: known.civilEarliest, last: known.civilLatest },
      { first: range.civilFrom, last: range.civilTo },
      kind,
      range.match,
    );
  }
  return certaintyOf<number>(
    { first: extent.earliest, last: extent.latest },
    known && { first: known.earliest, last: known.latest },
    { first: range.instantFrom, last: range.instantTo === null ? null : range.instantTo - 1 },
    kind,
    range.match,
  );
}
