import { setTimeout } from 'node:timers/promises';
import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { Backoff } from '../runtime/retry.ts';
import type { Item } from '../runtime/stored-item.ts';
import { findRebuild, readCheckpoint } from '../timelines/checkpoint.ts';
import { retiredGenerations } from '../timelines/generations.ts';
import { generationOf, retiredKey, timelinesTable } from '../timelines/timelines-table.ts';

const itemsPerBatch = 25;
const backoffOptions = { maximumAttempts: 10, firstPauseMs: 100 };

/** A partition takes 1,000 writes a second (DynamoDB Developer Guide). A higher pace would throttle the projector. */
const deletesPerSecond = 1_000;

async function deleteAll(keys: readonly Item[]): Promise<void> {
  let requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  const backoff = new Backoff(backoffOptions);
  while (requests.length > 0) {
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [timelinesTable]: requests } }),
    );
    requests = (UnprocessedItems?.[timelinesTable] ?? []) as typeof requests;
    if (requests.length === 0) return;
    await backoff.pause(new Error(`The table is throttled: ${requests.length} items of a batch are not deleted yet.`));
  }
}

/** The keys of the table whose partition key matches, page by page. The whole table is read. */
async function* keysWhere(matches: (pk: string) => boolean): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const page: ScanCommandOutput = await dynamodb.send(
      new ScanCommand({
        TableName: timelinesTable,
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield (page.Items ?? []).filter(({ pk }) => matches(pk?.S as string));
    start = page.LastEvaluatedKey;
  } while (start);
}

/**
 * Removes a generation, and items of generations that were removed before: a late writer may have left some. Scans the
 * table until a scan finds nothing.
 */
async function removeGeneration(generation: string, onRemoved: (count: number) => void): Promise<number> {
  const [live, rebuild, retired] = await Promise.all([readCheckpoint(), findRebuild(), retiredGenerations()]);
  const kept = [live, rebuild, ...retired].map((known) => known?.generation).filter((known) => known !== generation);
  const isOld = (pk: string) => {
    const number = generationOf(pk);
    return (
      number !== null && number <= Math.max(Number(live.generation), Number(generation)) && !kept.includes(`${number}`)
    );
  };
  let removed = 0;
  for (let before = -1; before < removed; ) {
    before = removed;
    for await (const keys of keysWhere(isOld)) {
      for (let index = 0; index < keys.length; index += itemsPerBatch) {
        const batch = keys.slice(index, index + itemsPerBatch);
        const pace = setTimeout((batch.length / deletesPerSecond) * 1_000);
        await deleteAll(batch);
        await pace;
        removed += batch.length;
        onRemoved(removed);
      }
    }
  }
  await dynamodb.send(new DeleteItemCommand({ TableName: timelinesTable, Key: marshall(retiredKey(generation)) }));
  return removed;
}

/**
 * Removes the generations that were replaced, once no function reads or writes them any more.
 *
 * @param graceMs how long each generation stays after it was replaced
 * @param onProgress is given the number of items removed so far, or the seconds left to wait
 * @returns the number of items that were removed
 */
export async function removeRetired(
  graceMs: number,
  onProgress: (step: string, count: number) => void,
): Promise<number> {
  let removed = 0;
  for (const { generation, since } of await retiredGenerations()) {
    const endMs = Date.parse(since) + graceMs;
    for (let leftMs = endMs - Date.now(); leftMs > 0; leftMs = endMs - Date.now()) {
      onProgress('Waiting for functions that still read the old timelines; seconds left:', Math.ceil(leftMs / 1_000));
      await setTimeout(Math.min(1_000, leftMs));
    }
    const before = removed;
    removed += await removeGeneration(generation, (count) => onProgress('Removing the old timelines:', before + count));
  }
  return removed;
}
