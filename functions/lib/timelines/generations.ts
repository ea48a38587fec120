import { QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamodb } from '../runtime/dynamodb.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { beforeAll, type Checkpoint, checkpointItem, readCheckpoint, unchanged } from './checkpoint.ts';
import { checkpointKey, headsKey, retiredKey, timelinesTable } from './timelines-table.ts';

const TableName = timelinesTable;

/** A generation that another one has replaced, and since when; RFC 3339. */
const retiredSchema = z.object({ generation: z.string(), since: z.string() });
const retired = storedItem({ kind: 'retired generation', version: 1, schema: retiredSchema });

export type Retired = Readonly<z.infer<typeof retiredSchema>>;

const retire = (generation: string) => ({
  Put: { TableName, Item: retired.write(retiredKey(generation), { generation, since: new Date().toISOString() }) },
});

/** Numbers only rise. One that holds something all the same, as after the loss of a checkpoint, is passed over. */
async function firstUnusedAfter(generation: number): Promise<string> {
  const next = String(generation + 1);
  const { Count = 0 } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': headsKey(next) }),
      Limit: 1,
      ConsistentRead: true,
    }),
  );
  return Count === 0 ? next : firstUnusedAfter(generation + 1);
}

/**
 * Begins a rebuild, in a generation that nothing was ever in.
 *
 * @param abandoned the rebuild that it takes the place of, if there is one
 * @throws TransactionCanceledException if another process has begun or ended one meanwhile
 */
export async function beginRebuild(abandoned: Checkpoint | null): Promise<Checkpoint> {
  const live = await readCheckpoint();
  const generation = await firstUnusedAfter(
    Math.max(...[live, abandoned ?? live].map((one) => Number(one.generation))),
  );
  const begun = { ...beforeAll, generation, advancedAt: new Date().toISOString() };
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          // Were another rebuild to end in between, this generation could be the one that it has put in place.
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
      ],
    }),
  );
  return begun;
}

/**
 * Puts the rebuilt timelines in the place of those in use: from the next read of the checkpoint on, readers read them. They may be
 * ahead of those in use, never behind.
 *
 * @throws TransactionCanceledException if those in use have gone further, or something was put aside or taken back meanwhile
 */
export async function putInPlace(live: Checkpoint, rebuilt: Checkpoint, mended: number): Promise<void> {
  const advancedAt = new Date().toISOString();
  await dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        {
          Put: {
            TableName,
            Item: checkpointItem('PROJECT', { ...rebuilt, mended, advancedAt }),
            ConditionExpression:
              'attribute_not_exists(pk) OR (generation = :generation AND parked = :parked AND #position <= :position)',
            ExpressionAttributeNames: { '#position': 'position' },
            ExpressionAttributeValues: marshall({
              ':generation': live.generation,
              ':parked': live.parked,
              ':position': rebuilt.position,
            }),
          },
        },
        { Delete: { TableName, Key: marshall(checkpointKey('REBUILD')), ...unchanged(rebuilt) } },
        retire(live.generation),
      ],
    }),
  );
}

/** The generations that are to be removed, read consistently. */
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
