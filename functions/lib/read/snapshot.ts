import { InvalidInput } from '../../../events/input/errors.ts';
import { assertNotFuture } from '../http/as-of.ts';
import {
  type Checkpoint,
  type FacetHead,
  readCheckpoint,
  readCheckpointAndHeads,
  readHeads,
} from '../timelines/read-timelines.ts';

/** After an advance, other replicas may lag behind for so long that only a consistent read is sure to show it. */
const settlingMs = 10_000;

/** Whether replicas may lag behind a checkpoint that came where it is a moment ago. `now` in epoch milliseconds. */
export const isSettling = ({ advancedAt }: Checkpoint, now: number): boolean =>
  now - Date.parse(advancedAt) < settlingMs;

/** What is asked for. */
export interface Asked {
  readonly facets: readonly string[];
  /** The moment that the client names, and the one that the first page of its walk has pinned; RFC 3339. */
  readonly asOf: string | undefined;
  readonly pinned: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Where a read of timelines begins. */
export interface Snapshot {
  readonly checkpoint: Checkpoint;
  /** The facet with the fewest entries; null if nothing ever was in one of those asked for. */
  readonly head: FacetHead | null;
  /** What is newer than this does not exist for the reader; RFC 3339. */
  readonly moment: string;
  /** Nothing can come into the record that changes the answer: it may be kept for ever. */
  readonly immutable: boolean;
  /** Only consistent reads are sure to show all of it. */
  readonly consistent: boolean;
}

async function readStart(facets: readonly string[], wanted: string, now: number) {
  let { checkpoint, heads } = await readCheckpointAndHeads(facets);
  const lags = checkpoint.publishedAt < wanted;
  if (lags) checkpoint = await readCheckpoint();
  const settling = lags || isSettling(checkpoint, now);
  if (settling) heads = await readHeads(checkpoint.generation, facets, true);
  return { checkpoint, known: [...heads.values()], settling };
}

/**
 * When something last changed in any of the facets: nothing asked of them can have changed since, and so an answer stays the
 * same, to the byte, while the rest of the record grows.
 */
const lastChange = (known: readonly FacetHead[]) =>
  known.map(({ updatedAt }) => updatedAt).reduce((one, other) => (one > other ? one : other));

const earlierOf = (one: string, other: string) => (one < other ? one : other);

function momentOf({ asOf, pinned }: Asked, { publishedAt }: Checkpoint, known: readonly FacetHead[], whole: boolean) {
  if (pinned !== undefined) return pinned;
  // The heads may have been read a moment after the checkpoint.
  return earlierOf(asOf ?? (whole ? lastChange(known) : publishedAt), publishedAt);
}

/**
 * Where to read, and as of which moment: checkpoint and heads, in one round trip where both have stood for a while. A moment
 * after a change a replica may have one of them and not the other: then the heads are read again, consistently and after the
 * checkpoint, and so are at least as new. The checkpoint is read again only if it lags behind the moment asked for.
 *
 * @throws InvalidInput if the moment has not come
 */
export async function takeSnapshot(asked: Asked): Promise<Snapshot> {
  const { facets, asOf, pinned, now } = asked;
  const { checkpoint, known, settling } = await readStart(facets, pinned ?? asOf ?? '', now);
  assertNotFuture(asOf, now, checkpoint.publishedAt);
  if (pinned !== undefined && pinned > checkpoint.publishedAt) {
    throw new InvalidInput([{ parameter: 'cursor', detail: 'Is of a moment that the record has not come to.' }]);
  }
  const whole = known.length === facets.length;
  const fewest = (one: FacetHead, other: FacetHead) => (other.entries < one.entries ? other : one);
  const moment = momentOf(asked, checkpoint, known, whole);
  // What was put aside may be taken back, and then stands where it always should have.
  const immutable =
    (asOf !== undefined || pinned !== undefined) && moment < checkpoint.publishedAt && checkpoint.parked.length === 0;
  return {
    checkpoint,
    head: whole ? known.reduce(fewest) : null,
    moment,
    immutable,
    consistent: settling || immutable,
  };
}
