import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../runtime/dynamodb.ts';
import { beforeFirstEntry, followerCheckpointSchema } from '../runtime/follower-checkpoint.ts';
import { type Item, storedItem } from '../runtime/stored-item.ts';
import { checkpointKey, type Projection, timelinesTable } from './timelines-table.ts';

export const firstGeneration = '1';

const checkpointSchema = () =>
  followerCheckpointSchema.extend({
    generation: z.string(),
    /**
     * How often the timelines changed without the feed growing: a parked entry was reprojected, a rebuild repaired
     * damage, or content was taken down.
     */
    repairs: z.int(),
    /** Facets whose first or last day is searched for: some of them, if there are many. Absent if there are none. */
    searching: z.array(z.string()).readonly().exactOptional(),
    /**
     * The number of redactions whose content is being removed, or will be looked for again. Absent if there are none.
     */
    erasing: z.int().exactOptional(),
  });

const checkpoints = storedItem({ kind: 'checkpoint', version: 3, schema: checkpointSchema });

/** The position that a projection has reached, and its generation. */
export type Checkpoint = Readonly<z.infer<ReturnType<typeof checkpointSchema>>>;

/** The checkpoint of a generation before the first entry of the feed. */
export const beforeAll: Checkpoint = { ...beforeFirstEntry, generation: firstGeneration, repairs: 0 };

/** No rebuild is in progress: another process has ended it. */
export class RebuildEnded extends Error {
  override readonly name = 'RebuildEnded';
}

async function getCheckpoint(projection: Projection): Promise<Item | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: timelinesTable, Key: marshall(checkpointKey(projection)), ConsistentRead: true }),
  );
  return Item;
}

/** A checkpoint as an item. */
export function checkpointItem(projection: Projection, checkpoint: Checkpoint): Item {
  return checkpoints.write(checkpointKey(projection), checkpoint);
}

/** The checkpoint in an item. Without an item, it is the one before the first entry. */
export function checkpointOfItem(item: Item | undefined): Checkpoint {
  return item ? checkpoints.read(item) : beforeAll;
}

/** The checkpoint of the rebuild in progress, read consistently; null if there is none. */
export async function findRebuild(): Promise<Checkpoint | null> {
  const item = await getCheckpoint('REBUILD');
  return item ? checkpointOfItem(item) : null;
}

/**
 * The checkpoint, read consistently.
 *
 * @throws {RebuildEnded} when the checkpoint of a rebuild is requested and none is in progress
 */
export async function readCheckpoint(projection: Projection = 'PROJECT'): Promise<Checkpoint> {
  if (projection === 'PROJECT') return checkpointOfItem(await getCheckpoint('PROJECT'));
  const rebuild = await findRebuild();
  if (!rebuild) throw new RebuildEnded('No rebuild is in progress.');
  return rebuild;
}

/** A checkpoint with more, or fewer, redactions whose content is being removed. */
export function withErasing({ erasing = 0, ...checkpoint }: Checkpoint, more: number): Checkpoint {
  const count = Math.max(0, erasing + more);
  return { ...checkpoint, ...(count > 0 && { erasing: count }) };
}

/**
 * The condition that a checkpoint has not moved, and that no entry was parked or reprojected and no removal of content
 * ended since.
 */
export const unchanged = ({ position, generation, parked, repairs, erasing }: Checkpoint) => ({
  ConditionExpression: `#position = :position AND generation = :generation AND parked = :parked AND repairs = :repairs AND ${
    erasing === undefined ? 'attribute_not_exists(erasing)' : 'erasing = :erasing'
  }`,
  ExpressionAttributeNames: { '#position': 'position' },
  ExpressionAttributeValues: marshall({
    ':position': position,
    ':generation': generation,
    ':parked': parked,
    ':repairs': repairs,
    ...(erasing !== undefined && { ':erasing': erasing }),
  }),
});
