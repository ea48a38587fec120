import { randomInt } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { TooManyRequests } from '../../../events/input/errors.ts';
import { outsideDryRun } from '../runtime/dry-run.ts';
import { logger } from '../runtime/observability.ts';
import { storedItem } from '../runtime/stored-item.ts';
import type { AccessTable } from './access-table.ts';

const slotNames = ['s0', 's1', 's2', 's3', 's4'] as const;

/**
 * Far longer than any request takes, as clocks differ. A slot that is taken for longer was written by one that was
 * ahead.
 */
const longestRequestMs = 120_000;

type SlotName = (typeof slotNames)[number];

/**
 * Requests that take long, of which a newsroom may have few under way, so that it does not take the executions of the
 * others.
 */
export interface SlowRequests {
  /** The sort key of their slots. */
  readonly sk: string;
  /** How many a newsroom may have at a time: as many as there are names of slots, at most. */
  readonly perNewsroom: number;
  /** The detail of the 429 for a request when no slot is free. */
  readonly refusal: string;
  /** The longest `Retry-After`, in seconds, where most end long before their time is up. */
  readonly longestRetryAfterSeconds?: number;
}

/** Requests that wait for changes. */
export const waitsForChanges: SlowRequests = {
  sk: 'SLOTS',
  perNewsroom: 5,
  refusal:
    'Your newsroom has 5 requests that wait for changes, the most at a time. Send the request again when one of them has ended, or read /v1/changes without waiting.',
};

/** Redactions that read all revisions of an event: up to 64 MB, twice. */
export const wholeReadsToRedact: SlowRequests = {
  sk: 'REDACTIONS',
  perNewsroom: 2,
  refusal:
    'Your newsroom has 2 requests under way that read all revisions of an event to take it down, the most at a time. Nothing was taken down by this one. Send it again when one of them has ended.',
  longestRetryAfterSeconds: 2,
};

/** The functions with slow requests may update these partitions of the table only, so they hold nothing else. */
const slotsKey = (newsroom: string, { sk }: SlowRequests) => ({ pk: `HOLD#${newsroom}`, sk });

/**
 * When each slot is free again, in epoch milliseconds. A function that is killed does not free its slot, but time does.
 */
const until = z.int().exactOptional();
const slotsSchema = () => z.object({ s0: until, s1: until, s2: until, s3: until, s4: until });
const slots = storedItem({ kind: 'slots of slow requests', version: 1, schema: slotsSchema });

type Slots = z.infer<ReturnType<typeof slotsSchema>>;

/** Whose slots, and for which requests. */
interface Owner {
  readonly table: AccessTable;
  readonly newsroom: string;
  readonly requests: SlowRequests;
}

/** A slot that a request has taken, or when the next one is free, in epoch milliseconds. */
type TakenSlot = { readonly release: () => Promise<void> } | { readonly freeAt: number };

const isFree = (taken: number | undefined, now: number) =>
  taken === undefined || taken <= now || taken > now + longestRequestMs;

async function update(
  { table, newsroom, requests }: Owner,
  slot: SlotName,
  { set, when, values }: { set: string; when: string; values: Record<string, number> },
): Promise<Slots | null> {
  const command = new UpdateItemCommand({
    TableName: table.name,
    Key: marshall(slotsKey(newsroom, requests)),
    UpdateExpression: set,
    ConditionExpression: when,
    ExpressionAttributeNames: { '#slot': slot },
    ExpressionAttributeValues: marshall(values),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    // A dry run takes as long as the write does.
    await outsideDryRun(() => table.client.send(command));
    return null;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item ? slots.read(error.Item) : {};
  }
}

/** @returns the slots as they are if this one is not free, else null */
function take(owner: Owner, slot: SlotName, now: number, end: number): Promise<Slots | null> {
  return update(owner, slot, {
    set: 'SET #slot = :end, v = :v',
    when: 'attribute_not_exists(#slot) OR #slot <= :now OR #slot > :latest',
    values: { ':end': end, ':now': now, ':latest': now + longestRequestMs, ':v': slots.version },
  });
}

async function release(owner: Owner, slot: SlotName, end: number): Promise<void> {
  // After its end, another request may have the slot.
  await update(owner, slot, { set: 'REMOVE #slot', when: '#slot = :end', values: { ':end': end } });
}

const anyOf = (names: readonly SlotName[]) => names[randomInt(names.length)] as SlotName;

async function takeSlot(owner: Owner, now: number, end: number): Promise<TakenSlot> {
  const names = slotNames.slice(0, owner.requests.perNewsroom);
  let free: readonly SlotName[] = names;
  // Other requests may take what was seen to be free. Each attempt that fails has seen one more slot that is taken.
  for (let attempt = 1; ; attempt++) {
    const slot = anyOf(free);
    const seen = await take(owner, slot, now, end);
    if (!seen) return { release: () => release(owner, slot, end) };
    free = names.filter((name) => isFree(seen[name], now));
    if (free.length > 0 && attempt < names.length) continue;
    return { freeAt: Math.min(...names.flatMap((name) => seen[name] ?? []), end) };
  }
}

/**
 * Does slow work of a newsroom in one of its slots. In a dry run too, which changes nothing else.
 *
 * @param longestMs how long it may take at most, in milliseconds: after that the slot is free, also when the function
 *   was killed
 * @throws {TooManyRequests} when all slots are taken
 */
export async function inSlot<Result>(owner: Owner, longestMs: number, work: () => Promise<Result>): Promise<Result> {
  const { refusal, longestRetryAfterSeconds = Number.POSITIVE_INFINITY } = owner.requests;
  const now = Date.now();
  const slot = await takeSlot(owner, now, now + longestMs);
  if ('freeAt' in slot) {
    const seconds = Math.max(1, Math.ceil((slot.freeAt - now) / 1_000));
    throw new TooManyRequests(refusal, Math.min(seconds, longestRetryAfterSeconds));
  }
  try {
    return await work();
  } finally {
    // It frees itself later. What the work has found is worth more than that.
    await slot.release().catch((error) => logger.error('The slot of a request was not freed.', error as Error));
  }
}
