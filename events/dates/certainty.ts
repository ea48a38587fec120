import type { Extent } from './extent.ts';
import type { Range } from './range.ts';

/** A day as `YYYY-MM-DD` or an instant in epoch milliseconds, inclusive; null is unbounded. */
type Bound = string | number | null;

/** Whether an event certainly happened in a range, or possibly. */
export type Certainty = 'certain' | 'possible';

const meets = (earliest: Bound, latest: Bound, from: Bound, to: Bound): boolean =>
  (to === null || earliest === null || earliest <= to) && (from === null || latest === null || latest >= from);

/**
 * The certainty with which a range finds an event; null if it does not find it. `range.match` says how the event must lie to it.
 *
 * A side on which the range is unbounded excludes nothing: only there may an event without a start be within the range, or start
 * in it.
 */
export function certaintyOf(extent: Omit<Extent, 'precision'>, range: Range): Certainty | null {
  // This runs for every card that is read, so it allocates nothing.
  const civil = range.compare === 'civil';
  const from = civil ? range.civilFrom : range.instantFrom;
  const to = civil ? range.civilTo : range.instantTo === null ? null : range.instantTo - 1;
  const earliest = civil ? extent.civilEarliest : extent.earliest;
  const latest = civil ? extent.civilLatest : extent.latest;
  if (!meets(earliest, latest, from, to)) return null;
  const startsInside = from === null || (earliest !== null && earliest >= from);
  const endsInside = to === null || (latest !== null && latest <= to);
  if (range.match === 'starts' && !startsInside) return null;
  if (startsInside && endsInside) return 'certain';
  if (range.match === 'within') return null;
  if (extent.kind === 'point') return 'possible';
  const { known } = extent;
  if (!known) return 'certain';
  const meetsKnown = civil
    ? meets(known.civilEarliest, known.civilLatest, from, to)
    : meets(known.earliest, known.latest, from, to);
  return meetsKnown ? 'certain' : 'possible';
}
