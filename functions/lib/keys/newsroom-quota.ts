import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayMs, hourMs } from '../../../events/dates/durations.ts';
import { type Amounts, amountsSchema, dayOf, maximumPace, paceWindowOf, type Quota } from '../../../events/quota.ts';
import { type ItemKey, type StoredItem, storedItem } from '../runtime/stored-item.ts';
import type { AccessTable } from './access-table.ts';

/** The use of past days is kept for a week, to look into what happened. */
const keptMs = 7 * dayMs;
const windowKeptMs = hourMs;
const none: Amounts = { events: 0, changes: 0, bytes: 0 };

const newsroomKey = (newsroom: string) => ({ pk: `N#${newsroom}`, sk: 'NEWSROOM' });
/** The functions that write may update these partitions of the table only, so they hold nothing else. */
const useKey = (newsroom: string, day: string) => ({ pk: `USE#${newsroom}`, sk: day });
const windowKey = (newsroom: string, window: number) => ({
  pk: `USE#${newsroom}`,
  sk: `WINDOW#${new Date(window).toISOString()}`,
});

/** The limits that a newsroom has of its own, a day. For the others it has the defaults. */
const limitSchema = z.int().nonnegative().exactOptional();
const newsroomSchema = z.object({ events: limitSchema, changes: limitSchema, bytes: limitSchema });

const newsrooms = storedItem({ kind: 'newsroom', version: 1, schema: newsroomSchema });

const useSchema = amountsSchema.extend({
  /** The limits of the stack when it was counted last, for commands that do not know the stack. */
  defaults: amountsSchema,
  /** Epoch seconds, when DynamoDB may remove the item. The attribute is of no other kind of item of the table. */
  removeAt: z.int(),
});

const uses = storedItem({ kind: 'use of a day', version: 1, schema: useSchema });

/** Only conditions read it. */
const windows = storedItem({
  kind: 'window of a newsroom',
  version: 1,
  schema: z.object({ reserved: z.int(), removeAt: z.int() }),
});

/** What a newsroom has used on a day, as far as it was counted, and its limits. */
export interface NewsroomQuota {
  readonly day: string;
  readonly used: Amounts;
  /** The limits of its own. */
  readonly own: Partial<Amounts>;
  /** The limits of the stack; absent if nothing was counted on that day. */
  readonly defaults?: Amounts;
}

async function readItem<Value>(
  { client, name }: AccessTable,
  kind: StoredItem<Value>,
  key: ItemKey,
): Promise<Value | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: name, Key: marshall(key) }));
  return Item && kind.read(Item);
}

/** The quota of a newsroom today. It is read eventually consistent: the use is an estimate anyway. */
export async function readNewsroomQuota(table: AccessTable, newsroom: string, now: number): Promise<NewsroomQuota> {
  const day = dayOf(now);
  const [own = {}, use] = await Promise.all([
    readItem(table, newsrooms, newsroomKey(newsroom)),
    readItem(table, uses, useKey(newsroom, day)),
  ]);
  const { events, changes, bytes } = use ?? none;
  return { day, used: { events, changes, bytes }, own, ...(use && { defaults: use.defaults }) };
}

/**
 * Adds to the use of a newsroom today.
 *
 * @param defaults the limits of the stack
 * @param abortSignal ends the attempts
 * @returns what the newsroom has used today, with this
 */
export async function addUse(
  { client, name }: AccessTable,
  { newsroom, use, now, defaults }: { newsroom: string; use: Amounts; now: number; defaults: Amounts },
  abortSignal: AbortSignal,
): Promise<{ readonly day: string; readonly used: Amounts }> {
  const day = dayOf(now);
  const update = new UpdateItemCommand({
    TableName: name,
    Key: marshall(useKey(newsroom, day)),
    ReturnValues: 'ALL_NEW',
    UpdateExpression:
      'ADD #events :events, #changes :changes, #bytes :bytes SET #defaults = :defaults, removeAt = :removeAt, v = :v',
    ExpressionAttributeNames: {
      '#events': 'events',
      '#changes': 'changes',
      '#bytes': 'bytes',
      '#defaults': 'defaults',
    },
    ExpressionAttributeValues: marshall({
      ':events': use.events,
      ':changes': use.changes,
      ':bytes': use.bytes,
      ':defaults': defaults,
      ':removeAt': Math.ceil((now + keptMs) / 1_000),
      ':v': uses.version,
    }),
  });
  const { Attributes = {} } = await client.send(update, { abortSignal });
  const { events, changes, bytes } = uses.read(Attributes);
  return { day, used: { events, changes, bytes } };
}

/**
 * Reserves a part of what a newsroom may write in the window of an instant.
 *
 * @returns whether there was room for it
 */
export async function reserveInWindow(
  { client, name }: AccessTable,
  { newsroom, amount, now }: { newsroom: string; amount: number; now: number },
  abortSignal: AbortSignal,
): Promise<boolean> {
  const update = new UpdateItemCommand({
    TableName: name,
    Key: marshall(windowKey(newsroom, paceWindowOf(now))),
    UpdateExpression: 'ADD reserved :amount SET removeAt = :removeAt, v = :v',
    ConditionExpression: 'attribute_not_exists(reserved) OR reserved <= :room',
    ExpressionAttributeValues: marshall({
      ':amount': amount,
      ':room': maximumPace - amount,
      ':removeAt': Math.ceil((now + windowKeptMs) / 1_000),
      ':v': windows.version,
    }),
  });
  try {
    await client.send(update, { abortSignal });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** Sets limits of a newsroom; null gives it the default again. @param changes at least one */
export async function setLimits(
  { client, name }: AccessTable,
  newsroom: string,
  changes: Partial<Record<Quota, number | null>>,
): Promise<void> {
  const entries = Object.entries(changes);
  const set = entries.filter(([, limit]) => limit !== null);
  const removed = entries.filter(([, limit]) => limit === null).map(([quota]) => `#${quota}`);
  const assignments = ['v = :v', ...set.map(([quota]) => `#${quota} = :${quota}`)];
  await client.send(
    new UpdateItemCommand({
      TableName: name,
      Key: marshall(newsroomKey(newsroom)),
      UpdateExpression: `SET ${assignments.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`,
      ExpressionAttributeNames: Object.fromEntries(entries.map(([quota]) => [`#${quota}`, quota])),
      ExpressionAttributeValues: marshall({
        ':v': newsrooms.version,
        ...Object.fromEntries(set.map(([quota, limit]) => [`:${quota}`, limit])),
      }),
    }),
  );
}

/** The limits of the stack, as functions have them in their environment. @throws {Error} when the text is none */
export const limitsIn = (text: string): Amounts => amountsSchema.parse(JSON.parse(text));
