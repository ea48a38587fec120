import { civilDateOf } from './civil-date.ts';
import type { Extent } from './extent.ts';
import type { InstantRange, Range, RepeatedDays } from './range.ts';
import { endOfDay, startOfDay } from './zone.ts';

/** A day as `YYYY-MM-DD` or an instant in epoch milliseconds, inclusive; null is unbounded. */
type Bound = string | number | null;

/** Whether an event certainly happened in a range, or possibly. */
export type Certainty = 'certain' | 'possible';

const meets = (earliest: Bound, latest: Bound, from: Bound, to: Bound): boolean =>
  (to === null || earliest === null || earliest <= to) && (from === null || latest === null || latest >= from);

type Covered = Pick<Extent, 'earliest' | 'latest'>;

const touchesHole = ({ earliest, latest }: Covered, { holes }: RepeatedDays): boolean =>
  holes.some(({ from, to }) => meets(earliest, latest, from, to - 1));

const isInHole = (instant: number | null, { holes }: RepeatedDays): boolean =>
  instant !== null && holes.some(({ from, to }) => instant >= from && instant < to);

/**
 * Whether an event covers whole days of a zone. Then its days are compared: they have the same holes as those of the
 * range.
 */
function isWholeDays(
  { earliest, latest, civilEarliest, civilLatest }: Omit<Extent, 'precision'>,
  zone: string,
): boolean {
  const startsWithDay = civilEarliest === null || startOfDay(civilDateOf(civilEarliest), zone) === earliest;
  const endsWithDay = civilLatest === null || endOfDay(civilDateOf(civilLatest), zone) - 1 === latest;
  return startsWithDay && endsWithDay;
}

/**
 * The certainty of an event that touches a range. Its arguments are plain, since it is called for every card that is
 * read.
 *
 * @param meetsKnown whether the part of the event that is known touches the range too; true if nothing says which part
 *   is known
 */
function verdictOf(
  match: Range['match'],
  kind: Extent['kind'],
  startsInside: boolean,
  endsInside: boolean,
  meetsKnown: boolean,
): Certainty | null {
  if (match === 'starts' && !startsInside) return null;
  if (startsInside && endsInside) return 'certain';
  if (match === 'within') return null;
  return kind === 'point' || !meetsKnown ? 'possible' : 'certain';
}

/**
 * The certainty of an event that touches a time within the bounds of the range that is of another day, since clocks
 * were turned back over midnight: an instant is of the day that clocks show.
 */
function certaintyByDays(
  extent: Omit<Extent, 'precision'>,
  range: InstantRange,
  repeated: RepeatedDays,
): Certainty | null {
  const { civilFrom, civilTo, zone } = repeated;
  if (isWholeDays(extent, zone)) return certaintyOf(extent, { ...range, compare: 'civil', civilFrom, civilTo });
  const { earliest, latest, kind, known } = extent;
  const from = range.instantFrom;
  const to = range.instantTo === null ? null : range.instantTo - 1;
  const isFound = (covered: Covered) =>
    meets(covered.earliest, covered.latest, from, to) &&
    !repeated.holes.some(
      (hole) => (covered.earliest ?? -Infinity) >= hole.from && (covered.latest ?? Infinity) < hole.to,
    );
  if (!isFound(extent)) return null;
  const startsInside = (from === null || (earliest !== null && earliest >= from)) && !isInHole(earliest, repeated);
  const endsInside = (to === null || (latest !== null && latest <= to)) && !isInHole(latest, repeated);
  return verdictOf(range.match, kind, startsInside, endsInside, !known || isFound(known));
}

/**
 * The certainty with which a range finds an event; null if it does not find it. `range.match` says how the event must
 * lie to it.
 *
 * A side on which the range is unbounded excludes nothing: only there may an event without a start be within the range,
 * or start in it.
 */
export function certaintyOf(extent: Omit<Extent, 'precision'>, range: Range): Certainty | null {
  if (range.compare === 'instant' && range.repeated && touchesHole(extent, range.repeated)) {
    return certaintyByDays(extent, range, range.repeated);
  }
  // This runs for every card that is read, so it allocates nothing.
  const civil = range.compare === 'civil';
  const from = civil ? range.civilFrom : range.instantFrom;
  const to = civil ? range.civilTo : range.instantTo === null ? null : range.instantTo - 1;
  const earliest = civil ? extent.civilEarliest : extent.earliest;
  const latest = civil ? extent.civilLatest : extent.latest;
  if (!meets(earliest, latest, from, to)) return null;
  const startsInside = from === null || (earliest !== null && earliest >= from);
  const endsInside = to === null || (latest !== null && latest <= to);
  const { kind, known } = extent;
  const meetsKnown =
    !known ||
    (civil ? meets(known.civilEarliest, known.civilLatest, from, to) : meets(known.earliest, known.latest, from, to));
  return verdictOf(range.match, kind, startsInside, endsInside, meetsKnown);
}
