import { randomUUID } from 'node:crypto';
import {
  GetItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { once } from '../../../../events/input/once.ts';
import { parseOptions } from '../../../../events/input/parse-options.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isTransient } from '../../runtime/failures.ts';
import { retry } from '../../runtime/retry.ts';
import { attributesOf, type Item, type ItemKey, keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { transact } from '../endpoints/transact.ts';
import {
  erasingKey,
  erasingPartition,
  erasingQueueKey,
  erasingQueuePartition,
  fanOutKey,
  subscribersTable,
} from '../table/subscribers-table.ts';
import { erasedUpdate, fanOutCheckpointOfItem } from './fan-out-checkpoint.ts';

/*
 * The traces of what a redaction takes down are erased from Subscribers as a task: an item by event, which says how far
 * it is, and an item in a queue, which says when its next step is due. Fan-out puts both when it passes the redaction.
 * Each step replaces both in one transaction, so that of two instances that do the same step one counts.
 */

/** A transaction that reads is cancelled by one that writes. */
const readOptions = { maximumAttempts: 8, firstPauseMs: 20, isRetryable: isTransient };

const taskSchema = once(() =>
  z.object({
    /** The number of the revision that takes content down. */
    revision: z.int(),
    /**
     * `erasing`: the traces are erased. `erased`: they are, and the log still has the content. `forgetting`: the log
     * has it no more, and what late writers have left meanwhile is erased.
     */
    stage: z.enum(['erasing', 'erased', 'forgetting']),
    /** Where the next step goes on. Absent at the beginning. */
    next: z
      .object({
        /** The revision whose deliveries are next. */
        revision: z.int(),
        /** The first endpoint that is next. Absent for the first of all. */
        endpointId: z.string().exactOptional(),
        /** The key of the last attempt of its delivery that was looked at. Absent if none was. */
        attempt: z.string().exactOptional(),
      })
      .readonly()
      .exactOptional(),
  }),
);

const tasks = storedItem({ kind: 'erasing task', version: 1, schema: taskSchema });

const queueSchema = once(() =>
  z.object({
    eventId: z.string(),
    position: z.int(),
    /** The newsroom of the event. Absent in items of earlier releases, and where it cannot be read. */
    newsroom: z.string().exactOptional(),
  }),
);
const queueItems = storedItem({ kind: 'queued erasing task', version: 1, schema: queueSchema });

/** This attribute of a task, and those of an item in the queue, keep their names and types in every version. */
const readablePart = once(() => taskSchema().pick({ revision: true }));

/** What is left to erase of the traces of a redaction, and how far that is. */
export type Erasing = Readonly<z.infer<ReturnType<typeof taskSchema>>>;

/** A redaction by its event, its position and the newsroom of the event. */
type Queued = Readonly<z.infer<ReturnType<typeof queueSchema>>>;

/** A redaction in the queue. */
export interface QueuedErasing extends Queued {
  readonly key: ItemKey;
}

/** The place of a redaction in the feed. */
interface RedactionEntry extends Queued {
  readonly revision: number;
}

const put = (item: Item): TransactWriteItem => ({ Put: { TableName: subscribersTable, Item: item } });

const taskItem = (eventId: string, position: number, task: Erasing) => tasks.write(erasingKey(eventId, position), task);

const queueItem = ({ eventId, position, newsroom }: Queued, dueAt: string) =>
  queueItems.write(erasingQueueKey(dueAt, randomUUID()), {
    eventId,
    position,
    ...(newsroom !== undefined && { newsroom }),
  });

const takeFromQueue = ({ pk, sk }: ItemKey): TransactWriteItem => ({
  Delete: {
    TableName: subscribersTable,
    Key: marshall({ pk, sk }),
    ConditionExpression: 'attribute_exists(pk)',
  },
});

/**
 * The writes that begin to erase the traces of a redaction. They belong to the transaction that passes its entry.
 *
 * @param dueAt RFC 3339
 */
export function beginErasing({ revision, ...queued }: RedactionEntry, dueAt: string): TransactWriteItem[] {
  const task = { revision, stage: 'erasing' } as const;
  return [put(taskItem(queued.eventId, queued.position, task)), put(queueItem(queued, dueAt))];
}

/** So many redactions take turns, from either end of those that are due. */
const redactionsInTurn = 50;

async function dueFrom(end: 'oldest' | 'newest', now: string): Promise<QueuedErasing[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND sk < :after',
      ExpressionAttributeValues: marshall({ ':pk': erasingQueuePartition, ':after': `${now}~` }),
      ScanIndexForward: end === 'oldest',
      Limit: redactionsInTurn,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => ({
    ...queueSchema().parse(attributesOf(item), parseOptions(queueSchema())),
    key: keyOfItem(item),
  }));
}

/**
 * A redaction whose step is due, read consistently: of any newsroom by chance, the one that is due for longest. A
 * newsroom may have thousands, and one of another newsroom comes behind them.
 *
 * @param now RFC 3339
 * @returns null if none is due
 */
export async function dueErasing(now: string): Promise<QueuedErasing | null> {
  const oldest = await dueFrom('oldest', now);
  const newest = oldest.length < redactionsInTurn ? [] : await dueFrom('newest', now);
  const byNewsroom = [...Map.groupBy([...oldest, ...newest.reverse()], ({ newsroom }) => newsroom).values()];
  return byNewsroom[Math.floor(Math.random() * byNewsroom.length)]?.[0] ?? null;
}

/**
 * How far the traces of a redaction are erased, read consistently; null if that has ended.
 *
 * @throws {UnreadableItem} when it cannot be read
 */
export async function readErasing({ eventId, position }: QueuedErasing): Promise<Erasing | null> {
  const Key = marshall(erasingKey(eventId, position));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? tasks.read(Item) : null;
}

/** The numbers of the redactions of an event whose traces are being erased, read consistently. */
export async function redactionsInProgress(eventId: string): Promise<number[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': erasingPartition(eventId) }),
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => readablePart().parse(attributesOf(item), parseOptions(readablePart())).revision);
}

/**
 * Replaces a task in the queue by its next step.
 *
 * @param task how far it is; left out if that is not known, and stays
 * @throws {ConcurrencyConflict} when another instance has done the step; nothing is changed then
 */
export function continueErasing({ key, ...queued }: QueuedErasing, dueAt: string, task?: Erasing): Promise<void> {
  return transact([
    takeFromQueue(key),
    put(queueItem(queued, dueAt)),
    ...(task ? [put(taskItem(queued.eventId, queued.position, task))] : []),
  ]);
}

/** Ends a task. @throws {ConcurrencyConflict} when another instance has ended it */
export function endErasing({ eventId, position, key }: QueuedErasing): Promise<void> {
  const remove = { Delete: { TableName: subscribersTable, Key: marshall(erasingKey(eventId, position)) } };
  return transact([takeFromQueue(key), remove, erasedUpdate()]);
}

/** The task of a redaction, and whether fan-out has passed the redaction, as of one moment. */
async function stateOf(eventId: string, position: number): Promise<{ isPassed: boolean; task: Erasing | null }> {
  const keys = [fanOutKey, erasingKey(eventId, position)];
  const TransactItems = keys.map((key) => ({ Get: { TableName: subscribersTable, Key: marshall(key) } }));
  const { Responses = [] } = await retry(
    () => dynamodb.send(new TransactGetItemsCommand({ TransactItems })),
    readOptions,
  );
  const [checkpoint, task] = Responses.map(({ Item }) => Item);
  return {
    isPassed: fanOutCheckpointOfItem(checkpoint).position >= position,
    task: task ? tasks.read(task) : null,
  };
}

/** Whether Subscribers holds nothing any more of what a redaction takes down, but for what late writers may leave. */
export async function isErasedInSubscribers(eventId: string, position: number): Promise<boolean> {
  const { isPassed, task } = await stateOf(eventId, position);
  return isPassed && task?.stage !== 'erasing';
}

/** Whether Subscribers holds nothing any more of what a redaction takes down, and will never again. */
export async function isForgottenInSubscribers(eventId: string, position: number): Promise<boolean> {
  const { isPassed, task } = await stateOf(eventId, position);
  return isPassed && task === null;
}
