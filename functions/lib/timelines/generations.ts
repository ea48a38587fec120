import { QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../runtime/dynamodb.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { noBlanking } from './blanking-lease.ts';
import { beforeAll, type Checkpoint, checkpointItem, readCheckpoint, unchanged } from './checkpoint.ts';
import { writeDated } from './dated-write.ts';
import { checkpointKey, headsKeys, retiredKey, timelinesTable } from './timelines-table.ts';

const TableName = timelinesTable;

/** A generation that was replaced, and since when (RFC 3339). */
const retiredSchema = () => z.object({ generation: z.string(), since: z.string() });
const retired = storedItem({ kind: 'retired generation', version: 1, schema: retiredSchema });

export type Retired = Readonly<z.infer<ReturnType<typeof retiredSchema>>>;

const retire = (generation: string) => ({
  Put: { TableName, Item: retired.write(retiredKey(generation), { generation, since: new Date().toISOString() }) },
});

/**
 * The next generation without items. Numbers only rise, but a checkpoint may have been lost, so a number with items is
 * skipped.
 */
async function firstUnusedAfter(generation: number): Promise<string> {
  const next = String(generation + 1);
  const counts = await Promise.all(
    headsKeys(next).map(async (pk) => {
      const { Count = 0 } = await dynamodb.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': pk }),
          Limit: 1,
          ConsistentRead: true,
        }),
      );
      return Count;
    }),
  );
  return counts.every((count) => count === 0) ? next : firstUnusedAfter(generation + 1);
}

/**
 * Begins a rebuild in a generation that has never been used.
 *
 * @param abandoned the rebuild in progress, which it replaces; null if there is none
 * @throws {TransactionCanceledException} when another process has begun or ended a rebuild meanwhile, or takes content
 *   out of the log
 */
export async function beginRebuild(abandoned: Checkpoint | null): Promise<Checkpoint> {
  const live = await readCheckpoint();
  const generation = await firstUnusedAfter(Math.max(Number(live.generation), Number((abandoned ?? live).generation)));
  const begun = { ...beforeAll, generation, advancedAt: new Date().toISOString() };
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          // If another rebuild has ended meanwhile, readers may use this generation already.
          ConditionCheck: {
            TableName,
            Key: marshall(checkpointKey('PROJECT')),
            ConditionExpression: 'attribute_not_exists(pk) OR generation = :generation',
            ExpressionAttributeValues: marshall({ ':generation': live.generation }),
          },
        },
        {
          Put: {
            TableName,
            Item: checkpointItem('REBUILD', begun),
            ...(abandoned ? unchanged(abandoned) : { ConditionExpression: 'attribute_not_exists(pk)' }),
          },
        },
        ...(abandoned ? [retire(abandoned.generation)] : []),
        noBlanking(),
      ],
    }),
  );
  return begun;
}

/**
 * Switches to the rebuilt timelines: readers use them from the next read of the checkpoint on. They may be ahead of the
 * timelines in use, but never behind.
 *
 * @param live the checkpoint of the timelines in use
 * @param repairs the number of repairs of the rebuilt timelines
 * @throws {TransactionCanceledException} when the timelines in use are ahead, or an entry was parked or reprojected
 *   meanwhile
 */
export async function switchGeneration(live: Checkpoint, rebuilt: Checkpoint, repairs: number): Promise<void> {
  await writeDated((advancedAt) => [
    {
      Put: {
        TableName,
        Item: checkpointItem('PROJECT', { ...rebuilt, repairs, advancedAt }),
        ConditionExpression:
          'attribute_not_exists(pk) OR (generation = :generation AND parked = :parked AND repairs = :repairs AND #position <= :position)',
        ExpressionAttributeNames: { '#position': 'position' },
        ExpressionAttributeValues: marshall({
          ':generation': live.generation,
          ':parked': live.parked,
          ':repairs': live.repairs,
          ':position': rebuilt.position,
        }),
      },
    },
    { Delete: { TableName, Key: marshall(checkpointKey('REBUILD')), ...unchanged(rebuilt) } },
    retire(live.generation),
  ]);
}

/** The generations that must be removed, read consistently. */
export async function retiredGenerations(): Promise<Retired[]> {
  const { pk, sk } = retiredKey('');
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':sk': sk }),
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => retired.read(item));
}
