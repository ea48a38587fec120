import * as z from 'zod';

/** The checkpoint of a follower. Instants are RFC 3339. */
export const followerCheckpointSchema = z.object({
  position: z.int(),
  /** When the entry at that position was published. */
  publishedAt: z.string(),
  /** When the checkpoint advanced to that position. */
  advancedAt: z.string(),
  /** The number of entries that are parked. */
  parked: z.int(),
});

/** The place of an entry in the feed. */
type EntryPlace = Pick<FollowerCheckpoint, 'position' | 'publishedAt'>;

export type FollowerCheckpoint = Readonly<z.infer<typeof followerCheckpointSchema>>;

/** The checkpoint before the first entry of the feed. */
export const beforeFirstEntry: FollowerCheckpoint = {
  position: 0,
  publishedAt: new Date(0).toISOString(),
  advancedAt: new Date(0).toISOString(),
  parked: 0,
};

/** The checkpoint after the work for an entry, and for all before it, is done. */
export function checkpointAfter<Checkpoint extends FollowerCheckpoint>(
  from: Checkpoint,
  { position, publishedAt }: EntryPlace,
): Checkpoint {
  return { ...from, position, publishedAt, advancedAt: new Date().toISOString() };
}

/** The checkpoint after an entry is parked, and the work for all before it is done. */
export function checkpointParking<Checkpoint extends FollowerCheckpoint>(
  from: Checkpoint,
  entry: EntryPlace,
): Checkpoint {
  return { ...checkpointAfter(from, entry), parked: from.parked + 1 };
}
