import { randomUUID } from 'node:crypto';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { largestPosition } from '../../../../events/revision-fields.ts';
import { clockDifferenceMs } from '../../../../events/webhooks/delivery-timing.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { type Item, keyOfItem, storedItem } from '../../runtime/stored-item.ts';
import { updateExpressionOf } from '../../runtime/update-expression.ts';
import { dueEndpointKey, dueEndpointsPartition, subscribersTable } from '../table/subscribers-table.ts';
import { logUnreadable } from '../table/unreadable-items.ts';
import { deliveryQueueSchema } from './endpoint-state.ts';

const dueSchema = () =>
  z.object({
    /** The newsroom that registered it. Absent if the item was repaired. */
    owner: z.string().exactOptional(),
    /** When it is due, RFC 3339. */
    at: z.string(),
    /**
     * When that was decided. If it is in the future, a clock was ahead, and the endpoint is due now. Absent if it may
     * be due late.
     */
    setAt: z.string().exactOptional(),
    /** The queue that serves it. */
    queue: deliveryQueueSchema,
    /**
     * Differs with each write, so that a worker that read an earlier mark notices that there is more to send. A count
     * would start again with the same values after the item was deleted.
     */
    mark: z.string(),
    /**
     * The position through which fan-out had queued deliveries when it wrote the mark. Absent if the mark is not by
     * fan-out.
     */
    queuedThrough: z.int().exactOptional(),
    /** How many deliveries fan-out has queued since its worker had nothing left to send. Absent means none. */
    queued: z.int().exactOptional(),
    /** Whether its worker has left it to fan-out, which wakes it when it has queued more. Absent means no. */
    isAsleep: z.boolean().exactOptional(),
    /** Whether an operational message was queued for it since it is due. Absent means no. */
    hasNotice: z.boolean().exactOptional(),
  });

const names = { '#owner': 'owner', '#at': 'at', '#queue': 'queue', '#mark': 'mark' };

const dueEndpoints = storedItem({ kind: 'due endpoint', version: 1, schema: dueSchema });

/** An endpoint that has something to send. */
export type DueEndpoint = Readonly<
  Omit<z.infer<ReturnType<typeof dueSchema>>, 'mark' | 'queuedThrough' | 'queued' | 'isAsleep'>
> & {
  readonly id: string;
};

/** The last write to a due endpoint. */
export type DueMark = Pick<z.infer<ReturnType<typeof dueSchema>>, 'mark' | 'queuedThrough' | 'queued' | 'hasNotice'>;

/**
 * The write of a due endpoint, by itself or in a transaction. It keeps `queuedThrough`, which only fan-out knows, and
 * `hasNotice` unless it is given.
 */
export function dueEndpointUpdate({
  id,
  owner,
  at,
  setAt,
  queue,
  hasNotice,
}: DueEndpoint & { readonly owner: string }) {
  return {
    TableName: subscribersTable,
    Key: marshall(dueEndpointKey(id)),
    UpdateExpression: `SET #owner = :owner, #at = :at, #queue = :queue, #mark = :mark, v = if_not_exists(v, :v)${
      hasNotice === undefined ? '' : ', hasNotice = :hasNotice'
    }${setAt === undefined ? ' REMOVE isAsleep, setAt' : ', setAt = :setAt REMOVE isAsleep'}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: marshall(
      {
        ':owner': owner,
        ':at': at,
        ':setAt': setAt,
        ':queue': queue,
        ':hasNotice': hasNotice,
        ':mark': randomUUID(),
        ':v': dueEndpoints.version,
      },
      { removeUndefinedValues: true },
    ),
  };
}

/** Records that an endpoint has something to send. If its wake is lost, the sweep wakes its worker. */
export async function putDueEndpoint(due: DueEndpoint & { readonly owner: string }): Promise<void> {
  await dynamodb.send(new UpdateItemCommand(dueEndpointUpdate(due)));
}

/** A due endpoint after fan-out has queued deliveries for it. */
interface AddedDue {
  /**
   * Whether it was due already, and not left to fan-out. If so, it needs no other wake: one is on its way, its worker
   * is about to notice the new mark, or the sweep wakes it when it is due.
   */
  readonly isAwake: boolean;
  /** How many deliveries were queued since its worker had nothing left to send. */
  readonly queued: number;
}

/**
 * Records that fan-out has queued deliveries for an endpoint. If it is due already, time and queue stay: its worker
 * decides when an endpoint that fails is attempted again, and on which queue.
 *
 * @param through the position through which fan-out has queued deliveries
 * @param count the number of these deliveries
 */
export async function addDueEndpoint(
  { id, owner }: { readonly id: string; readonly owner: string },
  at: string,
  through: number,
  count: number,
): Promise<AddedDue> {
  const { Attributes = {} } = await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall(dueEndpointKey(id)),
      UpdateExpression:
        'SET #owner = :owner, #at = if_not_exists(#at, :at), setAt = if_not_exists(setAt, :at), #queue = if_not_exists(#queue, :queue), #mark = :mark, queuedThrough = :through, queued = if_not_exists(queued, :none) + :count, isAsleep = :awake, v = if_not_exists(v, :v)',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: marshall({
        ':owner': owner,
        ':at': at,
        ':queue': 'prompt',
        ':mark': randomUUID(),
        ':through': through,
        ':none': 0,
        ':count': count,
        ':awake': false,
        ':v': dueEndpoints.version,
      }),
      ReturnValues: 'UPDATED_OLD',
    }),
  );
  return {
    isAwake: Attributes.mark !== undefined && Attributes.isAsleep?.BOOL !== true,
    queued: Number(Attributes.queued?.N ?? 0) + count,
  };
}

/**
 * The last write to a due endpoint, read consistently; null if it is not due.
 *
 * @throws {UnreadableItem} when it cannot be read
 */
export async function readDueMark(id: string): Promise<DueMark | null> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: subscribersTable, Key: marshall(dueEndpointKey(id)), ConsistentRead: true }),
  );
  return Item ? dueEndpoints.read(Item) : null;
}

/**
 * Removes a due endpoint, unless there is more to send since its mark was read. Read the mark first, then look for
 * deliveries, then call this: a worker that is killed in between leaves the endpoint due.
 *
 * @returns whether there was nothing more to send
 */
export async function removeDueEndpoint(id: string, due: DueMark | null): Promise<boolean> {
  if (due === null) return true;
  try {
    await dynamodb.send(
      new DeleteItemCommand({
        TableName: subscribersTable,
        Key: marshall(dueEndpointKey(id)),
        ConditionExpression: '#mark = :mark',
        ExpressionAttributeNames: { '#mark': 'mark' },
        ExpressionAttributeValues: marshall({ ':mark': due.mark }),
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/**
 * Leaves an endpoint to fan-out, which is queueing deliveries for it and wakes it then. It stays due, so that the sweep
 * wakes it if fan-out does not.
 *
 * @param due the last write to it, as it was read before its deliveries were
 * @param at the time, RFC 3339
 * @returns false if it was written since, and nothing was changed
 */
export async function leaveToFanOut(
  { id, owner }: { readonly id: string; readonly owner: string },
  due: DueMark | null,
  { at, queue }: Pick<DueEndpoint, 'at' | 'queue'>,
): Promise<boolean> {
  try {
    if (due === null) {
      const asleep = { owner, at, setAt: at, queue, mark: randomUUID(), isAsleep: true };
      const Item = dueEndpoints.write(dueEndpointKey(id), asleep);
      const put = { TableName: subscribersTable, Item, ConditionExpression: 'attribute_not_exists(pk)' };
      await dynamodb.send(new PutItemCommand(put));
    } else {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName: subscribersTable,
          Key: marshall(dueEndpointKey(id)),
          ...updateExpressionOf({ owner, at, setAt: at, queue, queued: undefined, isAsleep: true }, { mark: due.mark }),
        }),
      );
    }
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/**
 * Records that nothing is left to send of what fan-out had queued when it wrote a mark. If it has written since,
 * nothing changes.
 */
export async function resetQueued(id: string, { mark }: DueMark): Promise<void> {
  try {
    const Key = marshall(dueEndpointKey(id));
    const update = { TableName: subscribersTable, Key, ...updateExpressionOf({ queued: undefined }, { mark }) };
    await dynamodb.send(new UpdateItemCommand(update));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * Removes a due endpoint, whatever there is to send. It is for endpoints that were deleted.
 *
 * @param by RFC 3339: one that is due only later stays, as something may still be queued for it until then. Default: it
 *   is removed anyway
 */
export async function deleteDueEndpoint(id: string, by?: string): Promise<void> {
  const condition = by !== undefined && {
    ConditionExpression: '#at <= :by',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: marshall({ ':by': by }),
  };
  const remove = { TableName: subscribersTable, Key: marshall(dueEndpointKey(id)), ...condition };
  try {
    await dynamodb.send(new DeleteItemCommand(remove));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/**
 * The due endpoint in an item. If the item cannot be read, it is written again: the endpoint is due now, on the queue
 * where it delays no other, and its worker finds out what there is to send.
 */
async function dueEndpointOf(item: Item, now: string): Promise<DueEndpoint> {
  const id = keyOfItem(item).sk;
  try {
    const { owner, at, queue } = dueEndpoints.read(item);
    return { id, ...(owner !== undefined && { owner }), at, queue };
  } catch (error) {
    logUnreadable(error);
    const due = { at: now, queue: 'slow' } as const;
    // Fan-out may have been queueing deliveries: the endpoint stays due until it has passed them.
    const repaired = { ...due, mark: randomUUID(), queuedThrough: largestPosition };
    const Item = dueEndpoints.write(dueEndpointKey(id), repaired);
    await dynamodb.send(new PutItemCommand({ TableName: subscribersTable, Item }));
    return { id, ...due };
  }
}

/**
 * The endpoints that are due by now, and those of which a clock that was ahead said when they are due.
 *
 * @param now epoch milliseconds
 */
export async function* dueEndpointsBy(now: number): AsyncGenerator<DueEndpoint> {
  const at = new Date(now).toISOString();
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'attribute_not_exists(#at) OR #at <= :now OR setAt > :latest',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: marshall({
        ':pk': dueEndpointsPartition,
        ':now': at,
        ':latest': new Date(now + clockDifferenceMs).toISOString(),
      }),
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) yield dueEndpointOf(item, at);
  }
}
