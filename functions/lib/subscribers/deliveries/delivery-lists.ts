import { GetItemCommand, paginateQuery, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { largestPosition } from '../../../../events/revision-fields.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { deliveryKey, deliveryPrefix, endpointPartition, subscribersTable } from '../table/subscribers-table.ts';
import { asRequeued, type Delivery, type DeliveryStatus, deliveryOfItem } from './deliveries.ts';

/** A request reads at most this many deliveries, however few of them it returns. */
const readsPerRequest = 5_000;
/** The page size of a read that filters by status. */
const filteredPageSize = 1_000;
/** The page size of one that most likely needs a single delivery. */
const smallestPageSize = 10;

/** The query of the deliveries in a range of positions, both included. */
function rangeOf(endpointId: string, from: number, to: number): QueryCommandInput {
  return {
    TableName: subscribersTable,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: marshall({
      ':pk': endpointPartition(endpointId),
      ':from': deliveryKey(endpointId, from).sk,
      ':to': deliveryKey(endpointId, to).sk,
    }),
  };
}

/** The input with a condition on the status. */
function withStatus(input: QueryCommandInput, comparison: '=' | '<>', status: DeliveryStatus): QueryCommandInput {
  return {
    ...input,
    FilterExpression: `#status ${comparison} :status`,
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...marshall({ ':status': status }) },
  };
}

/** A delivery, read consistently; null if there is none. @throws {UnreadableItem} when it cannot be read */
export async function readDelivery(endpointId: string, position: number): Promise<Delivery | null> {
  const Key = marshall(deliveryKey(endpointId, position));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? asRequeued(endpointId, deliveryOfItem(Item)) : null;
}

/**
 * The first deliveries after a position and up to another, in order, whatever their status; read consistently.
 *
 * @throws {UnreadableItem} when one of them cannot be read
 */
export async function deliveriesAfter(
  endpointId: string,
  position: number,
  through: number,
  limit: number,
): Promise<Delivery[]> {
  if (through <= position) return [];
  const found: Delivery[] = [];
  const input = { ...rangeOf(endpointId, position + 1, through), Limit: limit, ConsistentRead: true };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, input)) {
    found.push(...Items.map(deliveryOfItem));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/**
 * The last delivery before a position that is not withdrawn, read consistently; null if there is none. Usually it is
 * the one right before. But a newsroom may have taken tens of thousands back before they were sent, and a worker has
 * seconds.
 */
export async function deliveryBefore(endpointId: string, position: number): Promise<Delivery | null> {
  if (position <= 1) return null;
  const input = withStatus(rangeOf(endpointId, 0, position - 1), '<>', 'withdrawn');
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  for (let Limit = smallestPageSize; ; Limit = filteredPageSize) {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({ ...input, ScanIndexForward: false, ConsistentRead: true, Limit, ExclusiveStartKey }),
    );
    if (Items[0]) return deliveryOfItem(Items[0]);
    if (!LastEvaluatedKey) return null;
    ExclusiveStartKey = LastEvaluatedKey;
  }
}

/** The delivery with the highest position; null if there is none. */
export async function lastDelivery(endpointId: string): Promise<Delivery | null> {
  const { deliveries } = await listDeliveries(endpointId, { order: 'desc', after: null, limit: 1 });
  return deliveries[0] ?? null;
}

/** The number of pending deliveries after a position, counted up to a limit. */
export async function countPending(endpointId: string, after: number, limit: number): Promise<number> {
  const input = withStatus(rangeOf(endpointId, after + 1, largestPosition), '=', 'pending');
  let pending = 0;
  for await (const { Count = 0 } of paginateQuery({ client: dynamodb }, { ...input, Select: 'COUNT' })) {
    pending += Count;
    if (pending >= limit) break;
  }
  return Math.min(pending, limit);
}

/** Which deliveries are requested. */
export interface DeliveriesRequest {
  readonly status?: DeliveryStatus | undefined;
  /** Deliveries up to this position that are stored as `pending` count as skipped. Default 0. */
  readonly skippedThrough?: number;
  /** The order by position. Default `asc`. */
  readonly order?: 'asc' | 'desc';
  /** The range of positions, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The position with which the previous page ended; null for the first page. */
  readonly after: number | null;
  readonly limit: number;
}

/** The input with a condition on the status that the owner sees. */
function withShownStatus(input: QueryCommandInput, status: DeliveryStatus, skippedThrough: number): QueryCommandInput {
  if (status !== 'skipped') return withStatus(input, '=', status);
  const values = marshall({ ':skipped': 'skipped', ':pending': 'pending', ':through': skippedThrough });
  return {
    ...input,
    FilterExpression: '#status = :skipped OR (#status = :pending AND #position <= :through)',
    ExpressionAttributeNames: { '#status': 'status', '#position': 'position' },
    ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...values },
  };
}

/**
 * The deliveries of an endpoint, in order.
 *
 * @returns a page, and the position with which it ended; null on the last page. A page may be short or empty, if many
 *   other deliveries lie between
 * @throws {UnreadableItem} when one of them cannot be read
 */
export async function listDeliveries(
  endpointId: string,
  { status, skippedThrough = 0, order = 'asc', from = 0, to = largestPosition, after, limit }: DeliveriesRequest,
): Promise<{ deliveries: Delivery[]; next: number | null }> {
  const isAscending = order === 'asc';
  const lowest = status === 'pending' ? Math.max(from, skippedThrough + 1) : from;
  const first = after !== null && isAscending ? Math.max(lowest, after + 1) : lowest;
  const last = after !== null && !isAscending ? Math.min(to, after - 1) : to;
  if (first > last) return { deliveries: [], next: null };
  const all = { ...rangeOf(endpointId, first, last), ScanIndexForward: isAscending };
  const deliveries: Delivery[] = [];
  let reads = 0;
  const pages = paginateQuery(
    { client: dynamodb, pageSize: status === undefined ? limit : filteredPageSize },
    status === undefined ? all : withShownStatus(all, status, skippedThrough),
  );
  for await (const { Items = [], ScannedCount = 0, LastEvaluatedKey } of pages) {
    deliveries.push(...Items.map(deliveryOfItem));
    reads += ScannedCount;
    const isFull = deliveries.length > limit || (deliveries.length === limit && LastEvaluatedKey !== undefined);
    if (isFull) return { deliveries: deliveries.slice(0, limit), next: (deliveries[limit - 1] as Delivery).position };
    const seen = LastEvaluatedKey?.sk?.S;
    if (reads >= readsPerRequest && seen !== undefined) {
      return { deliveries, next: Number(seen.slice(deliveryPrefix.length)) };
    }
  }
  return { deliveries, next: null };
}
