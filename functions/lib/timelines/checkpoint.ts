import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../runtime/dynamodb.ts';
import { beforeFirstEntry, followerCheckpointSchema } from '../runtime/follower-checkpoint.ts';
import { type Item, storedItem } from '../runtime/stored-item.ts';
import { checkpointKey, type Projection, timelinesTable } from './timelines-table.ts';

export const firstGeneration = '1';

const checkpointSchema = followerCheckpointSchema.extend({
  generation: z.string(),
  /** How often the timelines changed without the feed growing: a parked entry was taken back, damage was repaired. */
  mended: z.int(),
});

const checkpoints = storedItem({ kind: 'checkpoint', version: 1, schema: checkpointSchema });

/** How far a projection has come, and in which generation. */
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;

/** The checkpoint of a generation before the first entry of the feed. */
export const beforeAll: Checkpoint = { ...beforeFirstEntry, generation: firstGeneration, mended: 0 };

/** There is no rebuild under way: another process has ended it. */
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

/** The checkpoint that an item holds; that before the first entry where there is none. */
export function checkpointOfItem(item: Item | undefined): Checkpoint {
  return item ? checkpoints.read(item) : beforeAll;
}

/** The checkpoint of the rebuild under way, read consistently; null if there is none. */
export async function findRebuild(): Promise<Checkpoint | null> {
  const item = await getCheckpoint('REBUILD');
  return item ? checkpointOfItem(item) : null;
}

/**
 * The checkpoint, read consistently.
 *
 * @throws {RebuildEnded} when that of a rebuild is requested and there is none
 */
export async function readCheckpoint(projection: Projection = 'PROJECT'): Promise<Checkpoint> {
  if (projection === 'PROJECT') return checkpointOfItem(await getCheckpoint('PROJECT'));
  const rebuild = await findRebuild();
  if (!rebuild) throw new RebuildEnded('There is no rebuild under way.');
  return rebuild;
}

/** The condition that a checkpoint is where it was and no entry was parked or taken back since. */
export const unchanged = ({ position, generation, parked }: Checkpoint) => ({
  ConditionExpression: '#position = :position AND generation = :generation AND parked = :parked',
  ExpressionAttributeNames: { '#position': 'position' },
  ExpressionAttributeValues: marshall({ ':position': position, ':generation': generation, ':parked': parked }),
});
