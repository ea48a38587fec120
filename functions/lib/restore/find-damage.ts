import { markerKey, revisionKey } from '../event-log/event-log-table.ts';
import { eventsIn, feedItemsIn, itemsIn, logInUse } from '../event-log/log-copy.ts';
import { type FeedEntry, feedEntryOfItem, placeOfItem, readablePartOfItem } from '../event-log/log-items.ts';
import { type Item, type ItemKey, keyOfItem } from '../runtime/stored-item.ts';
import { type LostRange, rangeOf } from './compare-feeds.ts';

/** An entry needs two items, and DynamoDB reads 100 at a time. */
const entriesPerRead = 50;

/** Events with lost items, by id, with those of their entries whose revision or marker is lost. */
export type Damage = Map<string, FeedEntry[]>;

const nameOf = ({ pk, sk }: ItemKey) => `${pk} ${sk}`;

const isIn = (lost: readonly LostRange[], position: number) => rangeOf(lost, position) !== undefined;

/** The position of the revision before that of an entry, which the entry has; NaN if it has none. */
const positionBefore = ({ previous }: Item) => Number(previous?.M?.position?.N);

async function addIncomplete(items: readonly Item[], damage: Damage, lost: readonly LostRange[]): Promise<void> {
  const parts = items.map(readablePartOfItem);
  const keysOf = ({ eventId, revision }: (typeof parts)[number]) => [
    markerKey(eventId, revision),
    revisionKey(eventId, revision),
  ];
  const found = new Set((await itemsIn(logInUse, parts.flatMap(keysOf))).map((item) => nameOf(keyOfItem(item))));
  for (const [index, part] of parts.entries()) {
    if (isIn(lost, positionBefore(items[index] as Item)) && !damage.has(part.eventId)) damage.set(part.eventId, []);
    if (keysOf(part).every((key) => found.has(nameOf(key)))) continue;
    damage.set(part.eventId, [...(damage.get(part.eventId) ?? []), feedEntryOfItem(items[index] as Item)]);
  }
}

/** Adds the events whose markers name a position that the feed has lost. */
async function addUnlisted(lost: readonly LostRange[], damage: Damage): Promise<void> {
  for await (const { eventId, markers } of eventsIn(logInUse)) {
    const positions = [...markers.values()].map((marker) => placeOfItem(marker).position);
    if (positions.some((position) => isIn(lost, position)) && !damage.has(eventId)) damage.set(eventId, []);
  }
}

/**
 * Events of the log in use whose items are lost in part. Reads the log once, and again if its feed has lost positions.
 *
 * @param lost the positions that the feed has lost
 */
export async function findDamage(lost: readonly LostRange[]): Promise<Damage> {
  const damage: Damage = new Map();
  let items: Item[] = [];
  for await (const item of feedItemsIn(logInUse)) {
    items.push(item);
    if (items.length < entriesPerRead) continue;
    await addIncomplete(items, damage, lost);
    items = [];
  }
  if (items.length > 0) await addIncomplete(items, damage, lost);
  if (lost.length > 0) await addUnlisted(lost, damage);
  return damage;
}

/** A range without some of its positions, which are in order. */
function without(range: LostRange, positions: readonly number[]): LostRange[] {
  const ends = [...positions, range.last + 1];
  const parts = ends.map((end, index) => ({
    ...range,
    first: (ends[index - 1] ?? range.first - 1) + 1,
    last: end - 1,
  }));
  return parts.filter(({ first, last }) => first <= last);
}

/**
 * The positions of lost ranges of which nothing is known: no marker of the log in use names them. Reads the log once,
 * if there are any. It is for a report of what would be done: the times of the ranges are not those of their parts.
 */
export async function trulyLost(lost: readonly LostRange[]): Promise<LostRange[]> {
  const known = new Map(lost.map((range): [LostRange, number[]] => [range, []]));
  if (lost.length === 0) return [];
  for await (const { markers } of eventsIn(logInUse)) {
    for (const { position, publishedAt } of [...markers.values()].map(placeOfItem)) {
      const range = rangeOf(lost, position);
      if (range && range.after < publishedAt) known.get(range)?.push(position);
    }
  }
  return lost.flatMap((range) =>
    without(
      range,
      (known.get(range) ?? []).toSorted((one, other) => one - other),
    ),
  );
}
