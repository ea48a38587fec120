import { InvalidInput } from '../../../../events/input/errors.ts';
import { assertNotFuture } from '../../http/as-of.ts';
import type { Consistency } from '../../runtime/consistency.ts';
import type { Checkpoint } from '../../timelines/checkpoint.ts';
import { type FacetHead, readCheckpointAndHeads, readCheckpointWithHeads, readHeads } from '../../timelines/heads.ts';
import { mayChange } from '../../timelines/parked.ts';

/**
 * How long after an advance of the checkpoint other replicas may lag behind it, so that only consistent reads are sure
 * to show it.
 */
const settlingMs = 10_000;

/** Whether replicas may still lag behind a checkpoint. `now` in epoch milliseconds. */
export const isSettling = ({ advancedAt }: Checkpoint, now: number): boolean =>
  now - Date.parse(advancedAt) < settlingMs;

/** What a read asks for. */
export interface SnapshotRequest {
  /** Lists of facets. An entry that is requested is in one facet of each list. */
  readonly facetLists: readonly (readonly string[])[];
  /** The moment that the client names; RFC 3339. */
  readonly asOf: string | undefined;
  /** The moment that the first page of its walk pinned; RFC 3339. */
  readonly pinned: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The state of the timelines that a read shows. */
export interface Snapshot {
  readonly checkpoint: Checkpoint;
  /**
   * The heads of the list of facets with the fewest entries; empty if no facet of one of the lists ever had an entry.
   */
  readonly heads: readonly FacetHead[];
  /** What was published later does not exist for the reader; RFC 3339. */
  readonly moment: string;
  /** Whether no later event can change the answer: then it may be cached for ever. */
  readonly immutable: boolean;
  /** `consistent` if other reads may not show all of it. */
  readonly consistency: Consistency;
}

/** @param wanted the moment that is named; undefined for now. Whatever says what was then must have all of it */
async function readStart(facets: readonly string[], wanted: string | undefined, now: number) {
  const seen = await readCheckpointAndHeads(wanted === undefined ? facets : []);
  const { checkpoint } = seen;
  const settling = checkpoint.publishedAt < (wanted ?? '') || isSettling(checkpoint, now);
  if (wanted !== undefined && settling) {
    const { checkpoint: latest, heads } = await readCheckpointWithHeads(facets);
    return { checkpoint: latest, known: [...heads.values()], settling };
  }
  const isWhole = wanted === undefined && !settling;
  const heads = isWhole ? seen.heads : await readHeads(checkpoint.generation, facets, 'consistent');
  return { checkpoint, known: [...heads.values()], settling };
}

/**
 * When one of the facets last changed. An answer about them is as of that moment, so that it stays the same, to the
 * byte, while the rest of the record grows.
 */
const lastChange = (known: readonly FacetHead[]) =>
  known.map(({ updatedAt }) => updatedAt).reduce((one, other) => (one > other ? one : other));

const earlierOf = (one: string, other: string) => (one < other ? one : other);

function momentOf(
  { asOf, pinned }: SnapshotRequest,
  { publishedAt }: Checkpoint,
  known: readonly FacetHead[],
  whole: boolean,
) {
  if (pinned !== undefined) return pinned;
  // The heads may have been read a moment after the checkpoint.
  return earlierOf(asOf ?? (whole ? lastChange(known) : publishedAt), publishedAt);
}

/**
 * Whether a parked entry may still be projected into an answer, of the past too: into a facet of each list. Read only
 * if anything is parked.
 */
async function mayChangeAll(
  facetLists: SnapshotRequest['facetLists'],
  { parked, generation }: Checkpoint,
): Promise<boolean> {
  if (parked === 0) return false;
  const changes = await Promise.all(
    facetLists.map((facets) => Promise.all(facets.map((facet) => mayChange(generation, facet)))),
  );
  return changes.every((ofList) => ofList.some((changesFacet) => changesFacet));
}

const entriesIn = (heads: readonly FacetHead[]) => heads.reduce((sum, { entries }) => sum + entries, 0);

/**
 * The state that a read shows: checkpoint and heads, in one round trip unless they changed a moment ago. Then a replica
 * may have one of them and not the other: the heads are read again, consistently and after the checkpoint, and so are
 * at least as new. If a moment is named, both are then read as they were at one instant, since a consistent read may
 * not see a transaction whole.
 *
 * @throws {InvalidInput} if the moment is in the future
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<Snapshot> {
  const { facetLists, asOf, pinned, now } = request;
  const facets = facetLists.flat();
  const { checkpoint, known, settling } = await readStart(facets, pinned ?? asOf, now);
  assertNotFuture(asOf, now, checkpoint.publishedAt);
  if (pinned !== undefined && pinned > checkpoint.publishedAt) {
    throw new InvalidInput([
      {
        parameter: 'cursor',
        detail: 'Belongs to an instant that the record has not reached. Begin again without a cursor.',
      },
    ]);
  }
  const headLists = facetLists.map((list) => known.filter(({ facet }) => list.includes(facet)));
  const whole = headLists.every((heads) => heads.length > 0);
  const fewest = (one: FacetHead[], other: FacetHead[]) => (entriesIn(other) < entriesIn(one) ? other : one);
  const moment = momentOf(request, checkpoint, known, whole);
  const isPast = (asOf !== undefined || pinned !== undefined) && moment < checkpoint.publishedAt;
  const immutable = isPast && !(await mayChangeAll(facetLists, checkpoint));
  return {
    checkpoint,
    heads: whole ? headLists.reduce(fewest) : [],
    moment,
    immutable,
    consistency: settling || immutable ? 'consistent' : 'eventual',
  };
}
