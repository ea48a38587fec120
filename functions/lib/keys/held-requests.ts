import { randomInt } from 'node:crypto';
import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { storedItem } from '../runtime/stored-item.ts';
import type { AccessTable } from './access-table.ts';

const slotNames = ['s0', 's1', 's2', 's3', 's4'] as const;

/** How many requests of a newsroom may be held at a time, so that no newsroom takes the executions of the others. */
export const heldRequestsPerNewsroom = slotNames.length;

/** Longer than any request is held. A slot that is taken for longer was written by a clock that was ahead. */
const longestHoldMs = 60_000;

/** Other requests may take what was seen to be free. Each attempt that fails has seen one more slot that is taken. */
const maximumAttempts = slotNames.length;

type SlotName = (typeof slotNames)[number];

/** The functions that hold requests may update these partitions of the table only, so they hold nothing else. */
const slotsKey = (newsroom: string) => ({ pk: `HOLD#${newsroom}`, sk: 'SLOTS' });

/** When each slot is free again, in epoch milliseconds. A function that is killed does not free its slot, but time does. */
const until = z.int().exactOptional();
const slotsSchema = z.object({ s0: until, s1: until, s2: until, s3: until, s4: until });
const slots = storedItem({ kind: 'slots of held requests', version: 1, schema: slotsSchema });

type Slots = z.infer<typeof slotsSchema>;

/** A slot that a request has taken, or when the next one is free, in epoch milliseconds. */
export type TakenSlot = { readonly release: () => Promise<void> } | { readonly freeAt: number };

const isFree = (taken: number | undefined, now: number) =>
  taken === undefined || taken <= now || taken > now + longestHoldMs;

async function update(
  { client, name }: AccessTable,
  newsroom: string,
  slot: SlotName,
  { set, when, values }: { set: string; when: string; values: Record<string, number> },
): Promise<Slots | null> {
  const command = new UpdateItemCommand({
    TableName: name,
    Key: marshall(slotsKey(newsroom)),
    UpdateExpression: set,
    ConditionExpression: when,
    ExpressionAttributeNames: { '#slot': slot },
    ExpressionAttributeValues: marshall(values),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    await client.send(command);
    return null;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item ? slots.read(error.Item) : {};
  }
}

/** @returns the slots as they are if this one is not free, else null */
function take(table: AccessTable, newsroom: string, slot: SlotName, now: number, end: number): Promise<Slots | null> {
  return update(table, newsroom, slot, {
    set: 'SET #slot = :end, v = :v',
    when: 'attribute_not_exists(#slot) OR #slot <= :now OR #slot > :latest',
    values: { ':end': end, ':now': now, ':latest': now + longestHoldMs, ':v': slots.version },
  });
}

async function release(table: AccessTable, newsroom: string, slot: SlotName, end: number): Promise<void> {
  // After its end, another request may have the slot.
  await update(table, newsroom, slot, { set: 'REMOVE #slot', when: '#slot = :end', values: { ':end': end } });
}

const anyOf = (names: readonly SlotName[]) => names[randomInt(names.length)] as SlotName;

/**
 * Takes a slot of a newsroom for a request that is to be held.
 *
 * @param now epoch milliseconds
 * @param end when the request is answered at the latest, in epoch milliseconds
 */
export async function takeSlot(table: AccessTable, newsroom: string, now: number, end: number): Promise<TakenSlot> {
  let free: readonly SlotName[] = slotNames;
  for (let attempt = 1; ; attempt++) {
    const slot = anyOf(free);
    const seen = await take(table, newsroom, slot, now, end);
    if (!seen) return { release: () => release(table, newsroom, slot, end) };
    free = slotNames.filter((name) => isFree(seen[name], now));
    if (free.length > 0 && attempt < maximumAttempts) continue;
    return { freeAt: Math.min(...slotNames.flatMap((name) => seen[name] ?? []), end) };
  }
}
