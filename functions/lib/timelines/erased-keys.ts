import { DeleteItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Card } from '../../../events/timeline/card.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { retryCalls } from '../runtime/retry.ts';
import { type ItemKey, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { listsOf, pastCardItem, tombstoneItem } from './card-items.ts';
import { erasedKeysKey, timelinesTable } from './timelines-table.ts';

const TableName = timelinesTable;

const deletesAtOnce = 32;

const revisionDigits = 6;

const keyList = z.array(z.tuple([z.string(), z.string()])).readonly();

const erasedKeysSchema = () => z.object({ items: keyList, places: keyList });

/**
 * The keys at which the content of a revision was stored. A key tells persons, places and dates. They are written down
 * before anything is deleted: once the log has lost the content, they cannot be found again.
 */
const erasedKeys = storedItem({ kind: 'erased keys', version: 1, schema: erasedKeysSchema });

/** The keys of what is stored of a revision. */
export interface ErasedKeys {
  /** Keys of items that only this revision has. */
  readonly items: readonly ItemKey[];
  /** Keys of places of its event in timelines, where a tombstone or a card of another revision is by now. */
  readonly places: readonly ItemKey[];
}

const toList = (keys: readonly ItemKey[]) => keys.map(({ pk, sk }): [string, string] => [pk, sk]);
const ofList = (list: z.infer<typeof keyList>): ItemKey[] => list.map(([pk, sk]) => ({ pk, sk }));

/** The keys of the past cards of a card, and of its places, in all of its facets. */
export function keysOfCard(generation: string, card: Card): ErasedKeys {
  const slots = card.facets.flatMap((facet) => listsOf(card).map((byEnd) => ({ facet, card, byEnd })));
  return {
    items: slots.map(({ byEnd, ...slot }) =>
      keyOfItem(pastCardItem(generation, { ...slot, publishedUntil: '' }, byEnd)),
    ),
    places: slots.map(({ byEnd, ...slot }) => keyOfItem(tombstoneItem(generation, slot, card, byEnd))),
  };
}

/** Writes down the keys of a revision. @param position that of the redaction */
export async function putErasedKeys(
  generation: string,
  position: number,
  revision: number,
  { items, places }: ErasedKeys,
): Promise<void> {
  const key = { pk: erasedKeysKey(generation, position), sk: String(revision).padStart(revisionDigits, '0') };
  const Item = erasedKeys.write(key, { items: toList(items), places: toList(places) });
  await dynamodb.send(new PutItemCommand({ TableName, Item }));
}

/** The first keys that are written down for a redaction, with the key of the item that holds them. */
export async function firstErasedKeys(
  generation: string,
  position: number,
  limit: number,
): Promise<{ key: ItemKey; keys: ErasedKeys }[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': erasedKeysKey(generation, position) }),
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => {
    const { items, places } = erasedKeys.read(item);
    const { pk, sk } = keyOfItem(item);
    return { key: { pk, sk }, keys: { items: ofList(items), places: ofList(places) } };
  });
}

async function deleteItem({ pk, sk }: ItemKey): Promise<boolean> {
  const { Attributes } = await dynamodb.send(
    new DeleteItemCommand({ TableName, Key: marshall({ pk, sk }), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
}

/** Deletes items. @returns whether any of them was there */
export async function deleteItems(keys: readonly ItemKey[]): Promise<boolean> {
  const found = await inParallel(keys, deletesAtOnce, (key) => retryCalls(() => deleteItem(key)));
  return found.some((wasThere) => wasThere);
}

/** Whether a partition has items whose sort keys begin with a prefix, read consistently. */
export async function hasItems(pk: string, prefix: string): Promise<boolean> {
  const { Count = 0 } = await dynamodb.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': prefix }),
      Limit: 1,
      Select: 'COUNT',
      ConsistentRead: true,
    }),
  );
  return Count > 0;
}

/**
 * Deletes the tombstone at a place, unless a past card is left there: reads as of an earlier instant find past cards by
 * the place of their event.
 */
async function deleteTombstone(place: ItemKey, pastPartition: string): Promise<void> {
  if (await hasItems(pastPartition, `${place.sk}#`)) return;
  try {
    await dynamodb.send(
      new DeleteItemCommand({
        TableName,
        Key: marshall({ pk: place.pk, sk: place.sk }),
        // A card has its entry, the entry compressed, or that it is large: see `fieldsOf`.
        ConditionExpression: 'attribute_not_exists(e) AND attribute_not_exists(z) AND attribute_not_exists(l)',
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * Deletes the tombstones at places that only revisions without content had. The past cards of those revisions are
 * deleted before.
 */
export async function deleteTombstones({ places, items }: ErasedKeys): Promise<void> {
  // The past card of each place comes at the same index.
  const pairs = places.map((place, index) => ({ place, past: (items[index] as ItemKey).pk }));
  await inParallel(pairs, deletesAtOnce, ({ place, past }) => retryCalls(() => deleteTombstone(place, past)));
}
