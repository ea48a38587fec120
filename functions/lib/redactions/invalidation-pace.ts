import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { minuteMs } from '../../../events/dates/durations.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { invalidationsKey, redactionsTable } from './redactions-table.ts';

/**
 * How many invalidations a newsroom gets at once on a day. Each empties the caches for all readers of all newsrooms,
 * and AWS bills those beyond a thousand a month. What comes after waits, and is never refused.
 */
const promptADay = 12;

/** How long the others wait at most: all that have come meanwhile share one invalidation. */
const sharedEveryMs = 10 * minuteMs;

const paceSchema = () =>
  z.object({
    /** When the caches were invalidated last, RFC 3339. */
    at: z.string(),
    /** The UTC date of the counts. */
    date: z.string(),
    /** How many invalidations each newsroom got on that day that could not wait. */
    counts: z.record(z.string(), z.int()),
  });

const paces = storedItem({ kind: 'pace of invalidations', version: 1, schema: paceSchema });

/** When caches were invalidated, and for which newsrooms. */
export type InvalidationPace = Readonly<z.infer<ReturnType<typeof paceSchema>>>;

export const noInvalidations: InvalidationPace = { at: new Date(0).toISOString(), date: '', counts: {} };

const dateOf = (now: number) => new Date(now).toISOString().slice(0, 10);

const countOf = (counts: InvalidationPace['counts'], newsroom: string) =>
  (Object.hasOwn(counts, newsroom) ? counts[newsroom] : undefined) ?? 0;

const countsOn = ({ date, counts }: InvalidationPace, now: number) => (date === dateOf(now) ? counts : {});

/**
 * Whether the caches are invalidated now.
 *
 * @param newsrooms those whose redactions wait for it
 * @param now epoch milliseconds
 */
export function mayInvalidate(pace: InvalidationPace, newsrooms: readonly string[], now: number): boolean {
  if (newsrooms.length === 0) return false;
  if (now - Date.parse(pace.at) >= sharedEveryMs) return true;
  const counts = countsOn(pace, now);
  return newsrooms.some((newsroom) => countOf(counts, newsroom) < promptADay);
}

/** The pace after the caches were invalidated. Parameters as of `mayInvalidate`. */
export function paceAfter(pace: InvalidationPace, newsrooms: readonly string[], now: number): InvalidationPace {
  const counts = { ...countsOn(pace, now) };
  for (const newsroom of new Set(newsrooms)) counts[newsroom] = Math.min(promptADay, countOf(counts, newsroom) + 1);
  return { at: new Date(now).toISOString(), date: dateOf(now), counts };
}

/** The pace as it is stored, read consistently. */
export async function readInvalidationPace(): Promise<InvalidationPace> {
  const Key = marshall(invalidationsKey);
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: redactionsTable, Key, ConsistentRead: true }));
  return Item ? paces.read(Item) : noInvalidations;
}

/** Stores the pace. One function at a time does. */
export async function keepInvalidationPace(pace: InvalidationPace): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName: redactionsTable, Item: paces.write(invalidationsKey, pace) }));
}
