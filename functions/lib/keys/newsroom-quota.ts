import { ConditionalCheckFailedException, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayMs } from '../../../events/dates/durations.ts';
import { paceWindowNumber } from '../../../events/pace.ts';
import { type Amounts, amountsSchema, dayOf, noAmounts, type Quota } from '../../../events/quota.ts';
import { type Item, type ItemKey, type StoredItem, storedItem } from '../runtime/stored-item.ts';
import type { AccessTable } from './access-table.ts';

/** The use of past days is kept for a week, to look into what happened. */
const keptMs = 7 * dayMs;
/**
 * An update removes the counters of so many windows before its own, 20 minutes. So a counter is left only where a
 * newsroom wrote nothing for as long, which happens 72 times a day at most: the item stays below 1 KB, and an update
 * costs one write unit.
 */
const windowsRemoved = 240;

const newsroomKey = (newsroom: string) => ({ pk: `N#${newsroom}`, sk: 'NEWSROOM' });
/** The functions that write may update these partitions of the table only, so they hold nothing else. */
const useKey = (newsroom: string, day: string) => ({ pk: `USE#${newsroom}`, sk: day });
/** The attribute of the item of a day that counts what was written in a window of the pace. */
const windowAttribute = (number: number): string => `w${number}`;

/** The limits that a newsroom has of its own, a day. For the others it has the defaults. */
const limitSchema = z.int().nonnegative().exactOptional();
const newsroomSchema = () => z.object({ events: limitSchema, changes: limitSchema, bytes: limitSchema });

const newsrooms = storedItem({ kind: 'newsroom', version: 1, schema: newsroomSchema });

const useSchema = () =>
  amountsSchema.extend({
    /** The limits of the stack when it was counted last, for commands that do not know the stack. */
    defaults: amountsSchema,
    /** Epoch seconds, when DynamoDB may remove the item. The attribute is of no other kind of item of the table. */
    removeAt: z.int(),
  });

const uses = storedItem({ kind: 'use of a day', version: 1, schema: useSchema });

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
  const { events, changes, bytes } = use ?? noAmounts;
  return { day, used: { events, changes, bytes }, own, ...(use && { defaults: use.defaults }) };
}

interface Addition {
  readonly newsroom: string;
  readonly use: Amounts;
  /** Events and changes in the window of the pace that it is. */
  readonly written: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** The limits of the stack. */
  readonly defaults: Amounts;
}

/** The update of the item of a day, and the counter of the window. */
function addition({ newsroom, use, written, now, defaults }: Addition) {
  const day = dayOf(now);
  const number = paceWindowNumber(now, Date.parse(day));
  const window = windowAttribute(number);
  const removed = Array.from({ length: Math.min(number, windowsRemoved) }, (_, index) =>
    windowAttribute(number - 1 - index),
  );
  const update = {
    Key: marshall(useKey(newsroom, day)),
    ReturnValues: 'ALL_NEW',
    UpdateExpression: [
      `ADD #events :events, #changes :changes, #bytes :bytes, ${window} :written`,
      'SET #defaults = :defaults, removeAt = :removeAt, v = :v',
      ...(removed.length > 0 ? [`REMOVE ${removed.join(', ')}`] : []),
    ].join(' '),
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
      ':written': written,
      ':defaults': defaults,
      ':removeAt': Math.ceil((now + keptMs) / 1_000),
      ':v': uses.version,
    }),
  } as const;
  return { day, window, update };
}

const writtenIn = (item: Item, window: string): number => Number(item[window]?.N ?? 0);

/**
 * Adds to the use of a newsroom today, and to what it has written in this window of its pace.
 *
 * @param abortSignal ends the attempts
 * @returns what the newsroom has used today and written in the window, with this
 */
export async function addUse(
  { client, name }: AccessTable,
  added: Addition,
  abortSignal: AbortSignal,
): Promise<{ readonly day: string; readonly used: Amounts; readonly inWindow: number }> {
  const { day, window, update } = addition(added);
  const { Attributes = {} } = await client.send(new UpdateItemCommand({ TableName: name, ...update }), { abortSignal });
  const { events, changes, bytes } = uses.read(Attributes);
  return { day, used: { events, changes, bytes }, inWindow: writtenIn(Attributes, window) };
}

/**
 * Reserves a part of what a newsroom may write in the window of an instant.
 *
 * @param amount at least 1
 * @param most how much it may write in the window
 * @returns what was added, the amount or nothing if there was no room for it; and what is written or reserved in the
 *   window
 */
export async function reserveInWindow(
  { client, name }: AccessTable,
  { amount, most, ...common }: { newsroom: string; amount: number; most: number; now: number; defaults: Amounts },
  abortSignal: AbortSignal,
): Promise<{ readonly added: number; readonly inWindow: number }> {
  const { window, update } = addition({ ...common, use: noAmounts, written: amount });
  const { ExpressionAttributeValues: values } = update;
  const conditional = new UpdateItemCommand({
    TableName: name,
    ...update,
    ConditionExpression: `attribute_not_exists(${window}) OR ${window} <= :room`,
    ExpressionAttributeValues: { ...values, ...marshall({ ':room': most - amount }) },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes = {} } = await client.send(conditional, { abortSignal });
    return { added: amount, inWindow: writtenIn(Attributes, window) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { added: 0, inWindow: writtenIn(error.Item ?? {}, window) };
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
