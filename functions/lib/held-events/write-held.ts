import { randomUUID } from 'node:crypto';
import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type HeldEvent, heldBytesOf } from '../../../events/held-event.ts';
import { StateConflict } from '../../../events/input/errors.ts';
import { bytesText, maximumHeldBytes, maximumHeldEvents } from '../../../events/input/limits.ts';
import { isDryRun, pretendWritten } from '../runtime/dry-run.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure, isTransient } from '../runtime/failures.ts';
import { retry } from '../runtime/retry.ts';
import type { ItemKey } from '../runtime/stored-item.ts';
import { readHeldTotal } from './held-events.ts';
import {
  contentKey,
  dueKey,
  type HeldTotal,
  heldEntries,
  heldEvents,
  heldTotals,
  listKey,
  heldEventsTable as TableName,
  totalKey,
  unwrittenName,
  unwrittenTotalName,
} from './held-events-table.ts';

/** Transactions of one newsroom cancel each other, since each counts in its total. */
const backoffOptions = { maximumAttempts: 8, firstPauseMs: 20 };

/** The held event is not what this change builds on. Read it, and decide again. */
export class HeldEventChanged extends Error {
  override readonly name = 'HeldEventChanged';
}

const keyText = (key: ItemKey | undefined) => key && `${key.pk} ${key.sk}`;

function contentWrite(before: HeldEvent | null, after: HeldEvent | null): TransactWriteItem {
  const { newsroom, eventId } = (before ?? after) as HeldEvent;
  const key = contentKey(newsroom, eventId);
  const condition = before
    ? {
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: marshall({ ':version': before.version }),
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  if (!after) return { Delete: { TableName, Key: marshall(key), ...condition } };
  return { Put: { TableName, Item: heldEvents.write(key, after), ...condition } };
}

/** Moves an entry from one key to another; either may be absent. */
function entryWrites(from: ItemKey | undefined, to: ItemKey | undefined, after: HeldEvent | null): TransactWriteItem[] {
  if (keyText(from) === keyText(to)) return [];
  const removed = from ? [{ Delete: { TableName, Key: marshall(from) } }] : [];
  if (!to || !after) return removed;
  const { eventId, newsroom, publishAt } = after;
  return [...removed, { Put: { TableName, Item: heldEntries.write(to, { eventId, newsroom, publishAt }) } }];
}

/** What a change adds to the total of a newsroom. */
const addedBy = (before: HeldEvent | null, after: HeldEvent | null) => ({
  events: Number(after !== null) - Number(before !== null),
  bytes: (after ? heldBytesOf(after) : 0) - (before ? heldBytesOf(before) : 0),
});

const noRoom = () =>
  new StateConflict(
    `A newsroom holds at most ${maximumHeldEvents} events, of ${bytesText(maximumHeldBytes)} in all. Publish or retract some of them first.`,
  );

/**
 * What a dry run does instead of writing: it asks whether there is room beside what it would have written before, and
 * remembers.
 */
async function wouldWrite(before: HeldEvent | null, after: HeldEvent | null): Promise<void> {
  const { newsroom, eventId } = (before ?? after) as HeldEvent;
  const added = addedBy(before, after);
  if (added.events !== 0 || added.bytes !== 0) {
    const held = await readHeldTotal(newsroom);
    const total: HeldTotal = { events: held.events + added.events, bytes: held.bytes + added.bytes };
    const isGrowing = added.events > 0 || added.bytes > 0;
    if (isGrowing && (total.events > maximumHeldEvents || total.bytes > maximumHeldBytes)) throw noRoom();
    pretendWritten(unwrittenTotalName(newsroom), total);
  }
  pretendWritten(unwrittenName(newsroom, eventId), { held: after });
}

function totalWrite(before: HeldEvent | null, after: HeldEvent | null): TransactWriteItem[] {
  const { events, bytes } = addedBy(before, after);
  if (events === 0 && bytes === 0) return [];
  const { newsroom } = (before ?? after) as HeldEvent;
  const isGrowing = events > 0 || bytes > 0;
  const update = {
    TableName,
    Key: marshall(totalKey(newsroom)),
    UpdateExpression: 'ADD #events :events, #bytes :bytes SET v = :v',
    ExpressionAttributeNames: { '#events': 'events', '#bytes': 'bytes' },
    ExpressionAttributeValues: marshall({
      ':events': events,
      ':bytes': bytes,
      ':v': heldTotals.version,
      ...(isGrowing && { ':most': maximumHeldEvents - events, ':room': maximumHeldBytes - bytes }),
    }),
    ...(isGrowing && { ConditionExpression: 'attribute_not_exists(pk) OR (#events <= :most AND #bytes <= :room)' }),
  };
  return [{ Update: update }];
}

/** Whether the condition of the content did not hold: it is the first item of the transaction. */
function isContentChanged(error: unknown): boolean {
  const { CancellationReasons: reasons } = error as { CancellationReasons?: readonly { Code?: string }[] };
  return reasons?.[0]?.Code === 'ConditionalCheckFailed';
}

/**
 * Writes what becomes of a held event: its content, its entries in both lists, and the total of its newsroom, all or
 * nothing.
 *
 * @param before as it was read; null if it was not held
 * @param after null if it is not held any more
 * @throws {HeldEventChanged} when it has changed since it was read
 * @throws {StateConflict} when its newsroom would hold more than it may
 */
export async function writeHeld(before: HeldEvent | null, after: HeldEvent | null): Promise<void> {
  if (isDryRun()) return wouldWrite(before, after);
  const isDue = (held: HeldEvent | null) => held !== null && held.conflict === undefined;
  const items = [
    contentWrite(before, after),
    ...entryWrites(before ? listKey(before) : undefined, after ? listKey(after) : undefined, after),
    ...entryWrites(
      isDue(before) ? dueKey(before as HeldEvent) : undefined,
      isDue(after) ? dueKey(after as HeldEvent) : undefined,
      after,
    ),
    ...totalWrite(before, after),
  ];
  // The same for all attempts: one of which the answer was lost is not taken for the write of another request.
  const command = { TransactItems: items, ClientRequestToken: randomUUID() };
  const isRetryable = (error: unknown) => isTransient(error) && !isConditionFailure(error);
  try {
    await retry(() => dynamodb.send(new TransactWriteItemsCommand(command)), { ...backoffOptions, isRetryable });
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    if (isContentChanged(error)) throw new HeldEventChanged('The held event has changed.', { cause: error });
    throw noRoom();
  }
}
