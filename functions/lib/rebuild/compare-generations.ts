import { isDeepStrictEqual } from 'node:util';
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Place } from '../../../events/revision.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import type { Item } from '../runtime/stored-item.ts';
import { isTombstone, withWholeText } from '../timelines/card-items.ts';
import type { Checkpoint } from '../timelines/checkpoint.ts';
import { type FacetHead, headOfItem, readHeads } from '../timelines/heads.ts';
import { parkedPositions } from '../timelines/parked.ts';
import { headsKeys, partitionsOf, timelinesTable } from '../timelines/timelines-table.ts';
import { compareHeads } from './compare-heads.ts';
import { Differences } from './differences.ts';

const facetsAtOnce = 8;

/** How often heads are compared again if they change during the comparison. */
const maximumAttempts = 20;

type Pair = readonly [present: Item | undefined, rebuilt: Item | undefined];

async function* itemsIn(partition: string): AsyncGenerator<Item> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': partition }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

/** DynamoDB sorts by the bytes of UTF-8. */
const compareKeys = (left: Item, right: Item) =>
  Buffer.compare(Buffer.from(left.sk?.S as string), Buffer.from(right.sk?.S as string));

/** The items of two partitions, in pairs with the same sort key. */
async function* pairsIn(presentPartition: string, rebuiltPartition: string): AsyncGenerator<Pair> {
  const presentItems = itemsIn(presentPartition);
  const rebuiltItems = itemsIn(rebuiltPartition);
  let [present, rebuilt] = await Promise.all([presentItems.next(), rebuiltItems.next()]);
  while (!present.done || !rebuilt.done) {
    const order = present.done ? 1 : rebuilt.done ? -1 : compareKeys(present.value, rebuilt.value);
    yield [order <= 0 ? present.value : undefined, order >= 0 ? rebuilt.value : undefined];
    [present, rebuilt] = await Promise.all([
      order <= 0 ? presentItems.next() : present,
      order >= 0 ? rebuiltItems.next() : rebuilt,
    ]);
  }
}

/** Whether something came after a place in the record, so that one of the generations may not have it yet. */
const isAfter = ({ position, publishedAt }: Place, item: Item | undefined) =>
  Number(item?.n?.N) > position || (item?.until?.S ?? '') > publishedAt;

/** What readers see of an item: a release may store a text in another way than the one before it did. */
function attributesOf(item: Item): Item {
  const { pk: _pk, v: _v, ...attributes } = withWholeText(item);
  return attributes;
}

/** Compares the items with one key. A tombstone counts as no item, since no reader sees it. */
function compareItems([present, rebuilt]: Pair, name: string, differences: Differences): void {
  const [presentCard, rebuiltCard] = [present, rebuilt].map((item) =>
    item && !isTombstone(item) ? attributesOf(item) : null,
  );
  if (isDeepStrictEqual(presentCard, rebuiltCard)) {
    const isSame = isDeepStrictEqual(present && attributesOf(present), rebuilt && attributesOf(rebuilt));
    if (!isSame) differences.addInvisible();
  } else if (!presentCard || !rebuiltCard) {
    differences.add(`${name} is in the ${presentCard ? 'present' : 'rebuilt'} timelines only.`);
  } else {
    const names = new Set([...Object.keys(presentCard), ...Object.keys(rebuiltCard)]);
    const differing = [...names].filter(
      (attribute) => !isDeepStrictEqual(presentCard[attribute], rebuiltCard[attribute]),
    );
    differences.add(`${name} differs in ${differing.join(', ')}.`);
  }
}

async function compareFacet(
  facet: string,
  [present, rebuilt]: readonly [Checkpoint, Checkpoint],
  differences: Differences,
): Promise<void> {
  const at = present.position < rebuilt.position ? present : rebuilt;
  const rebuiltPartitions = partitionsOf(rebuilt.generation, facet);
  for (const [index, partition] of partitionsOf(present.generation, facet).entries()) {
    for await (const pair of pairsIn(partition, rebuiltPartitions[index] as string)) {
      const [presentItem, rebuiltItem] = pair;
      if (isAfter(at, presentItem) || isAfter(at, rebuiltItem)) continue;
      const name = `${partition.slice(present.generation.length + 1)} ${(presentItem ?? rebuiltItem)?.sk?.S}`;
      compareItems(pair, name, differences);
    }
  }
}

/** The heads of two generations, in pairs of the same facet. */
async function* headPairs(present: string, rebuilt: string): AsyncGenerator<Pair> {
  const rebuiltKeys = headsKeys(rebuilt);
  for (const [index, key] of headsKeys(present).entries()) yield* pairsIn(key, rebuiltKeys[index] as string);
}

/**
 * The facets of both generations, and those whose heads cannot be compared yet: only one generation has projected the
 * latest entries.
 */
async function compareAllHeads(present: Checkpoint, rebuilt: Checkpoint, differences: Differences) {
  const facets: string[] = [];
  const moving: string[] = [];
  for await (const pair of headPairs(present.generation, rebuilt.generation)) {
    const [presentItem, rebuiltItem] = pair;
    const heads = [presentItem && headOfItem(presentItem), rebuiltItem && headOfItem(rebuiltItem)] as const;
    const { facet } = (heads[0] ?? heads[1]) as FacetHead;
    facets.push(facet);
    const isMoving = heads.some((head) => head && head.position > Math.min(present.position, rebuilt.position));
    if (isMoving) moving.push(facet);
    else compareHeads(heads, facet, differences);
  }
  return { facets, moving };
}

/** The two generations to compare, and how to go on during the comparison. */
export interface Comparison {
  /** The checkpoints when the comparison began. */
  readonly present: Checkpoint;
  readonly rebuilt: Checkpoint;
  /** Projects both generations to the current end of the feed. */
  readonly catchUpBoth: () => Promise<void>;
  readonly onFacet: (done: number, total: number) => void;
}

/**
 * Compares two generations, item by item, at the lower of their positions. Items that were written for later positions
 * are skipped. Heads summarize whole facets, so they are compared once both generations have projected the same
 * entries. Reads all of both generations consistently (a read unit for each 4 KB).
 */
export async function compareGenerations({ present, rebuilt, catchUpBoth, onFacet }: Comparison): Promise<Differences> {
  const differences = new Differences();
  const [presentParked, rebuiltParked] = await Promise.all([
    parkedPositions(present.generation),
    parkedPositions(rebuilt.generation),
  ]);
  for (const position of presentParked.filter((parked) => !rebuiltParked.includes(parked))) {
    differences.add(`Position ${position} is parked in the present timelines only.`);
  }
  for (const position of rebuiltParked.filter((parked) => !presentParked.includes(parked))) {
    differences.add(`Position ${position} is parked in the rebuilt timelines only.`);
  }
  const { facets, moving } = await compareAllHeads(present, rebuilt, differences);
  let done = 0;
  await inParallel(facets, facetsAtOnce, async (facet) => {
    await compareFacet(facet, [present, rebuilt], differences);
    done += 1;
    onFacet(done, facets.length);
  });
  let waiting = moving;
  for (let attempt = 1; waiting.length > 0; attempt++) {
    await catchUpBoth();
    const [presentHeads, rebuiltHeads] = await Promise.all([
      readHeads(present.generation, waiting, 'consistent'),
      readHeads(rebuilt.generation, waiting, 'consistent'),
    ]);
    waiting = waiting.filter((facet) => {
      const heads = [presentHeads.get(facet), rebuiltHeads.get(facet)] as const;
      if (heads[0]?.position !== heads[1]?.position && attempt < maximumAttempts) return true;
      compareHeads(heads, facet, differences);
      return false;
    });
  }
  return differences;
}
