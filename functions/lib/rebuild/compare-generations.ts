import { isDeepStrictEqual } from 'node:util';
import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { FeedPlace } from '../event-log/log-items.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import type { Item } from '../runtime/stored-item.ts';
import type { Checkpoint } from '../timelines/checkpoint.ts';
import { type FacetHead, headOfItem, readHeads } from '../timelines/heads.ts';
import { headsKey, partitionsOf, timelinesTable } from '../timelines/timelines-table.ts';
import { compareHeads } from './compare-heads.ts';
import { Differences } from './differences.ts';

const facetsAtOnce = 8;

/** How often heads are read again that change while they are read. */
const maximumAttempts = 20;

type Pair = readonly [Item | undefined, Item | undefined];

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
const compareKeys = (one: Item, other: Item) =>
  Buffer.compare(Buffer.from(one.sk?.S as string), Buffer.from(other.sk?.S as string));

/** The items of two partitions side by side, by sort key. */
async function* pairsIn(present: string, rebuilt: string): AsyncGenerator<Pair> {
  const sides = [itemsIn(present), itemsIn(rebuilt)] as const;
  let [one, other] = await Promise.all(sides.map((side) => side.next()));
  while (!one?.done || !other?.done) {
    const order = one?.done ? 1 : other?.done ? -1 : compareKeys(one?.value as Item, other?.value as Item);
    yield [order <= 0 ? one?.value : undefined, order >= 0 ? other?.value : undefined];
    [one, other] = await Promise.all([order <= 0 ? sides[0].next() : one, order >= 0 ? sides[1].next() : other]);
  }
}

/** Whether something came after a place in the record, so that one of the generations may not have it yet. */
const isAfter = ({ position, publishedAt }: FeedPlace, item: Item | undefined) =>
  Number(item?.n?.N) > position || (item?.until?.S ?? '') > publishedAt;

const attributesOf = ({ pk: _pk, v: _v, ...attributes }: Item) => attributes;

/** What stands in one place of both. Where a card has gone, nothing stands for a reader. */
function compareItems([present, rebuilt]: Pair, name: string, differences: Differences): void {
  const [one, other] = [present, rebuilt].map((item) => (item?.e ? attributesOf(item) : null));
  if (isDeepStrictEqual(one, other)) {
    if (!isDeepStrictEqual(present && attributesOf(present), rebuilt && attributesOf(rebuilt))) differences.addUnseen();
  } else if (!one || !other) {
    differences.add(`${name} is in the ${one ? 'present' : 'rebuilt'} timelines only.`);
  } else {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    const differing = [...names].filter((attribute) => !isDeepStrictEqual(one[attribute], other[attribute]));
    differences.add(`${name} differs in ${differing.join(', ')}.`);
  }
}

async function compareFacet(
  facet: string,
  [present, rebuilt]: readonly [Checkpoint, Checkpoint],
  differences: Differences,
): Promise<void> {
  const at = present.position < rebuilt.position ? present : rebuilt;
  const [theirs, ours] = [present, rebuilt].map(({ generation }) => partitionsOf(generation, facet));
  for (const [index, partition] of (theirs ?? []).entries()) {
    for await (const pair of pairsIn(partition, ours?.[index] as string)) {
      const [one, other] = pair;
      if (isAfter(at, one) || isAfter(at, other)) continue;
      const name = `${partition.slice(present.generation.length + 1)} ${(one ?? other)?.sk?.S}`;
      compareItems(pair, name, differences);
    }
  }
}

/** The facets of both, and the heads that cannot be compared yet, as only one generation has taken in what came last. */
async function compareAllHeads(present: Checkpoint, rebuilt: Checkpoint, differences: Differences) {
  const facets: string[] = [];
  const moving: string[] = [];
  for await (const [one, other] of pairsIn(headsKey(present.generation), headsKey(rebuilt.generation))) {
    const heads = [one && headOfItem(one), other && headOfItem(other)] as const;
    const { facet } = (heads[0] ?? heads[1]) as FacetHead;
    facets.push(facet);
    const isMoving = heads.some((head) => head && head.position > Math.min(present.position, rebuilt.position));
    if (isMoving) moving.push(facet);
    else compareHeads(heads, facet, differences);
  }
  return { facets, moving };
}

/** What is compared with what, and who is told. */
export interface Comparison {
  /** Both as they stood when the comparison began. */
  readonly present: Checkpoint;
  readonly rebuilt: Checkpoint;
  /** Brings both to the end of the feed, as far as it has come. */
  readonly level: () => Promise<void>;
  readonly onFacet: (done: number, total: number) => void;
}

/**
 * Compares two generations, item by item, as they stood at the position that both had come to: what came after it is passed over, and
 * heads, which count, are compared once both have taken in the same. Reads all of both (a unit for each 4 KB), consistently.
 */
export async function compareGenerations({ present, rebuilt, level, onFacet }: Comparison): Promise<Differences> {
  const differences = new Differences();
  for (const position of present.parked.filter((one) => !rebuilt.parked.includes(one))) {
    differences.add(`Position ${position} is put aside in the present timelines only.`);
  }
  for (const position of rebuilt.parked.filter((one) => !present.parked.includes(one))) {
    differences.add(`Position ${position} is put aside in the rebuilt timelines only.`);
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
    await level();
    const [ones, others] = await Promise.all(
      [present, rebuilt].map(({ generation }) => readHeads(generation, waiting, true)),
    );
    waiting = waiting.filter((facet) => {
      const [one, other] = [ones?.get(facet), others?.get(facet)];
      if (one?.position !== other?.position && attempt < maximumAttempts) return true;
      compareHeads([one, other], facet, differences);
      return false;
    });
  }
  return differences;
}
