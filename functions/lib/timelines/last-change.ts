import { paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Place } from '../../../events/revision.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { keyOfItem } from '../runtime/stored-item.ts';
import { cardOfItem } from './card-items.ts';
import { hasItems } from './erased-keys.ts';
import { listKey, timelinesTable } from './timelines-table.ts';

/** About 20 MB of cards. A facet with more is no secret, and it changes again soon. */
const mostPages = 20;

const isLater = (one: Place, other: Place | null) => other === null || one.position > other.position;

const pastPartition = (generation: string, facet: string) => listKey(generation, facet, { past: true, byEnd: false });

/** Whether a facet has any past card, read consistently. Without one, and without entries, nobody can see that it ever had any. */
export const hasPastCards = (generation: string, facet: string): Promise<boolean> =>
  hasItems(pastPartition(generation, facet), '');

/**
 * When a facet was last changed by other events than one, read consistently. Each event has a card or a tombstone there, which tells.
 * Tombstones without a past card are left by redactions, and do not count.
 *
 * @returns null if no other event has changed it; undefined if the facet is too large to look at all of it
 */
export async function lastChangeByOthers(
  generation: string,
  facet: string,
  eventId: string,
): Promise<Place | null | undefined> {
  let last: Place | null = null;
  const tombstones: (Place & { readonly sk: string })[] = [];
  let pages = 0;
  const query = {
    TableName: timelinesTable,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': listKey(generation, facet, { past: false, byEnd: false }) }),
    ConsistentRead: true,
  };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, query)) {
    pages += 1;
    if (pages > mostPages) return undefined;
    for (const item of Items) {
      const { position, publishedAt, content, ...card } = cardOfItem(item);
      if (card.eventId === eventId) continue;
      const place = { position, publishedAt };
      if (!content) tombstones.push({ ...place, sk: keyOfItem(item).sk });
      else if (isLater(place, last)) last = place;
    }
  }
  for (const { sk, ...place } of tombstones.toSorted((one, other) => other.position - one.position)) {
    if (!isLater(place, last)) break;
    if (await hasItems(pastPartition(generation, facet), `${sk}#`)) return place;
  }
  return last;
}
