import { GetItemCommand, paginateQuery, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { largestPosition } from '../../../events/revision-fields.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type Delivery, type DeliveryStatus, deliveryOf } from './deliveries.ts';
import { deliveryKey, deliveryPrefix, endpointPartition, subscribersTable } from './subscribers-table.ts';

/** A request looks at so many deliveries at most, whatever it finds. */
const looksPerRequest = 5_000;
const readsOf = 1_000;

/** Deliveries from one position to another, both included. */
function stretch(endpointId: string, from: number, to: number): QueryCommandInput {
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

/** A delivery as it is, read consistently; null if there is none. */
export async function readDelivery(endpointId: string, position: number): Promise<Delivery | null> {
  const Key = marshall(deliveryKey(endpointId, position));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? deliveryOf(Item) : null;
}

/** The first deliveries after a position and up to another, in order, whatever their status; read consistently. */
export async function deliveriesAfter(
  endpointId: string,
  position: number,
  through: number,
  limit: number,
): Promise<Delivery[]> {
  if (through <= position) return [];
  const found: Delivery[] = [];
  const input = { ...stretch(endpointId, position + 1, through), Limit: limit, ConsistentRead: true };
  for await (const { Items = [] } of paginateQuery({ client: dynamodb }, input)) {
    found.push(...Items.map(deliveryOf));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/** The last delivery before a position that is not withdrawn, read consistently; null if there is none. */
export async function deliveryBefore(endpointId: string, position: number): Promise<Delivery | null> {
  if (position <= 1) return null;
  const input = withStatus(stretch(endpointId, 0, position - 1), '<>', 'withdrawn');
  const pages = paginateQuery(
    { client: dynamodb, pageSize: 10 },
    { ...input, ScanIndexForward: false, ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) {
    if (Items[0]) return deliveryOf(Items[0]);
  }
  return null;
}

/** The last delivery that was queued; null if there is none. */
export async function lastDelivery(endpointId: string): Promise<Delivery | null> {
  const { deliveries } = await listDeliveries(endpointId, { order: 'desc', after: null, limit: 1 });
  return deliveries[0] ?? null;
}

/** How many deliveries after a position are pending; counts up to a limit. */
export async function countPending(endpointId: string, after: number, limit: number): Promise<number> {
  const input = withStatus(stretch(endpointId, after + 1, largestPosition), '=', 'pending');
  let pending = 0;
  for await (const { Count = 0 } of paginateQuery({ client: dynamodb }, { ...input, Select: 'COUNT' })) {
    pending += Count;
    if (pending >= limit) break;
  }
  return Math.min(pending, limit);
}

/** Which deliveries are asked for. */
export interface DeliveriesAsked {
  readonly status?: DeliveryStatus | undefined;
  /** What is pending up to this position will not be sent: it is skipped. 0 if left out. */
  readonly passed?: number;
  /** By position; `asc` if left out. */
  readonly order?: 'asc' | 'desc';
  /** Positions, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The position after which to go on; null for the first page. */
  readonly after: number | null;
  readonly limit: number;
}

/** The input with a condition on the status as `passed` makes it. */
function withShownStatus(input: QueryCommandInput, status: DeliveryStatus, passed: number): QueryCommandInput {
  if (status !== 'skipped') return withStatus(input, '=', status);
  const values = marshall({ ':skipped': 'skipped', ':pending': 'pending', ':passed': passed });
  return {
    ...input,
    FilterExpression: '#status = :skipped OR (#status = :pending AND #position <= :passed)',
    ExpressionAttributeNames: { '#status': 'status', '#position': 'position' },
    ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ...values },
  };
}

/**
 * The deliveries of an endpoint, in order.
 *
 * @returns them, fewer than the limit or none if there are many others between, and the position to go on after; null at the end
 */
export async function listDeliveries(
  endpointId: string,
  { status, passed = 0, order = 'asc', from = 0, to = largestPosition, after, limit }: DeliveriesAsked,
): Promise<{ deliveries: Delivery[]; next: number | null }> {
  const isAscending = order === 'asc';
  const lowest = status === 'pending' ? Math.max(from, passed + 1) : from;
  const first = after !== null && isAscending ? Math.max(lowest, after + 1) : lowest;
  const last = after !== null && !isAscending ? Math.min(to, after - 1) : to;
  if (first > last) return { deliveries: [], next: null };
  const all = { ...stretch(endpointId, first, last), ScanIndexForward: isAscending };
  const deliveries: Delivery[] = [];
  let looks = 0;
  const pages = paginateQuery(
    { client: dynamodb, pageSize: status === undefined ? limit : readsOf },
    status === undefined ? all : withShownStatus(all, status, passed),
  );
  for await (const { Items = [], ScannedCount = 0, LastEvaluatedKey } of pages) {
    deliveries.push(...Items.map(deliveryOf));
    looks += ScannedCount;
    const isFull = deliveries.length > limit || (deliveries.length === limit && LastEvaluatedKey !== undefined);
    if (isFull) return { deliveries: deliveries.slice(0, limit), next: (deliveries[limit - 1] as Delivery).position };
    const seen = LastEvaluatedKey?.sk?.S;
    if (looks >= looksPerRequest && seen !== undefined) {
      return { deliveries, next: Number(seen.slice(deliveryPrefix.length)) };
    }
  }
  return { deliveries, next: null };
}
