import { DeleteItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dayMs } from '../../../events/dates/durations.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { inParallel } from '../runtime/in-parallel.ts';
import { readActiveEndpoints } from '../subscribers/active-endpoints.ts';
import { putDueEndpoint } from '../subscribers/due-endpoints.ts';
import {
  endpointPartition,
  operationalKey,
  operationalPrefix,
  subscribersTable,
} from '../subscribers/subscribers-table.ts';
import { wake } from '../subscribers/wake-queue.ts';
import { type OperationalEvent, operationalMessage } from './operational-event.ts';
import type { OutgoingMessage } from './post-message.ts';

const messagesPerRun = 10;
const writesAtOnce = 16;
/** What could not be told within a month tells nobody anything. */
const keptForMs = 30 * dayMs;

/** An operational event that an endpoint is to be told. Its body is kept as text: maps of DynamoDB have no order. */
export interface QueuedEvent extends OutgoingMessage {
  readonly about: string;
  readonly time: string;
  /** How often it was refused. */
  readonly refusals: number;
}

const keyOf = (endpointId: string, { time, about }: Pick<QueuedEvent, 'time' | 'about'>) =>
  marshall(operationalKey(endpointId, time, about));

async function queueEvent(endpointId: string, event: OperationalEvent): Promise<void> {
  const { about, time } = event;
  const expiresAt = Math.floor((Date.parse(time) + keptForMs) / 1_000);
  const queued: QueuedEvent = { ...operationalMessage(event), about, time, refusals: 0 };
  const Item = { ...keyOf(endpointId, queued), ...marshall({ ...queued, expiresAt }) };
  const put = { TableName: subscribersTable, Item, ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await dynamodb.send(new PutItemCommand(put));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** The operational events that an endpoint is still to be told, in order. */
export async function queuedEvents(endpointId: string): Promise<readonly QueuedEvent[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :operational)',
      ExpressionAttributeValues: marshall({ ':pk': endpointPartition(endpointId), ':operational': operationalPrefix }),
      Limit: messagesPerRun,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => unmarshall(item) as QueuedEvent);
}

/** Forgets an event that was told, or was refused too often. */
export async function forgetEvent(endpointId: string, queued: QueuedEvent): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: subscribersTable, Key: keyOf(endpointId, queued) }));
}

/** Counts that an event was refused. */
export async function countRefusal(endpointId: string, queued: QueuedEvent): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: keyOf(endpointId, queued),
      UpdateExpression: 'ADD refusals :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':one': 1 }),
    }),
  );
}

/** Lets all other endpoints of an owner be told that ask for events of this type by name. May be repeated. */
export async function notifyOwner(owner: string, event: OperationalEvent, now: string): Promise<void> {
  const { endpoints } = await readActiveEndpoints();
  const ids = endpoints
    .filter((one) => one.owner === owner && one.id !== event.about)
    .filter(({ filter }) => filter.types?.some((type) => type === event.type))
    .map(({ id }) => id);
  await inParallel(ids, writesAtOnce, async (id) => {
    await queueEvent(id, event);
    await putDueEndpoint(id, now, 'prompt');
  });
  await wake(ids, 'prompt');
}
