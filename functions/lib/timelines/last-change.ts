import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Place } from '../../../events/revision.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { attributesOf, type Item, keyOfItem } from '../runtime/stored-item.ts';
import { hasItems } from './erased-keys.ts';
import { listKey, timelinesTable } from './timelines-table.ts';

/** About 2 MB of cards. A facet with more is no secret, and it changes again soon. */
const mostPages = 2;

/** Tombstones for whose past cards is looked. */
const mostTombstones = 40;

/** The part of a card or a tombstone that tells when it was put. A tombstone has no `x`. */
interface Mark extends Place {
  readonly sk: string;
  readonly isTombstone: boolean;
}

function markOf(item: Item): Mark {
  const { n, at, x } = attributesOf(item);
  return { sk: keyOfItem(item).sk, position: n as number, publishedAt: at as string, isTombstone: x === undefined };
}

const pastPartition = (generation: string, facet: string) => listKey(generation, facet, { past: true, byEnd: false });

/**
 * Whether a facet has any past card, read consistently. Without one, and without entries, nobody can see that it ever
 * had any.
 */
export const hasPastCards = (generation: string, facet: string): Promise<boolean> =>
  hasItems(pastPartition(generation, facet), '');

/** The cards and tombstones of a facet; null if there are very many. */
async function marksIn(generation: string, facet: string): Promise<Mark[] | null> {
  const marks: Mark[] = [];
  let start: Item | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({
        TableName: timelinesTable,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': listKey(generation, facet, { past: false, byEnd: false }) }),
        ProjectionExpression: 'pk, sk, n, #at, x',
        ExpressionAttributeNames: { '#at': 'at' },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    marks.push(...Items.map(markOf));
    if (!LastEvaluatedKey) return marks;
    start = LastEvaluatedKey;
  }
  return null;
}

/**
 * When a facet was last changed by other events than one, read consistently. Each event has a card or a tombstone
 * there, which tells. Tombstones without a past card are left by redactions, and do not count.
 *
 * @returns null if no other event has changed it; undefined if the facet is too large to look at all of it
 */
export async function lastChangeByOthers(
  generation: string,
  facet: string,
  eventId: string,
): Promise<Place | null | undefined> {
  const marks = await marksIn(generation, facet);
  if (!marks) return undefined;
  const others = marks.filter(({ sk }) => !sk.endsWith(`#${eventId}`));
  others.sort((one, other) => other.position - one.position);
  let looks = 0;
  for (const { sk, isTombstone, position, publishedAt } of others) {
    if (!isTombstone) return { position, publishedAt };
    looks += 1;
    if (looks > mostTombstones) return undefined;
    if (await hasItems(pastPartition(generation, facet), `${sk}#`)) return { position, publishedAt };
  }
  return null;
}
