import {
  GetItemCommand,
  paginateQuery,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import type { Delivery } from './deliveries.ts';
import { recipientKey, recipientsPartition, subscribersTable } from './subscribers-table.ts';

/** That an event was meant for an endpoint. Kept for good. */
export interface Recipient {
  readonly endpointId: string;
  readonly owner: string;
  /** The first that was meant for it, and the latest. */
  readonly firstPosition: number;
  readonly position: number;
  readonly revision: number;
  /** The latest that it acknowledged, and when (RFC 3339). */
  readonly acknowledgedRevision?: number;
  readonly ackedAt?: string;
}

type Update = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

function reachIn(item: Parameters<typeof unmarshall>[0]): Recipient {
  const { pk: _pk, sk, ...reach } = unmarshall(item);
  return { ...reach, endpointId: sk } as Recipient;
}

/** @returns whether the condition held */
async function update(eventId: string, endpointId: string, change: Update): Promise<boolean> {
  const Key = marshall(recipientKey(eventId, endpointId));
  try {
    await dynamodb.send(new UpdateItemCommand({ TableName: subscribersTable, Key, ...change }));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/**
 * Remembers that a revision of an event is meant for an endpoint; to be done before its delivery is put. The order in which they
 * are told does not matter, nor how often.
 */
export async function putRecipient(
  eventId: string,
  { id, owner }: { readonly id: string; readonly owner: string },
  { position, revision }: Pick<Delivery, 'position' | 'revision'>,
): Promise<void> {
  const isLatest = await update(eventId, id, {
    UpdateExpression:
      'SET #owner = :owner, #position = :position, revision = :revision, firstPosition = if_not_exists(firstPosition, :position)',
    ConditionExpression: 'attribute_not_exists(pk) OR revision < :revision',
    ExpressionAttributeNames: { '#owner': 'owner', '#position': 'position' },
    ExpressionAttributeValues: marshall({ ':owner': owner, ':position': position, ':revision': revision }),
  });
  if (isLatest) return;
  await update(eventId, id, {
    UpdateExpression: 'SET firstPosition = :position',
    ConditionExpression: 'firstPosition > :position',
    ExpressionAttributeValues: marshall({ ':position': position }),
  });
}

/** Everyone for whom an event was meant, read consistently. */
export async function recipientsOf(eventId: string): Promise<Recipient[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: marshall({ ':pk': recipientsPartition(eventId) }),
      ConsistentRead: true,
    },
  );
  const reached: Recipient[] = [];
  for await (const { Items = [] } of pages) reached.push(...Items.map(reachIn));
  return reached;
}

/** Whether an event was meant for one endpoint, read consistently; null if not. */
export async function readRecipient(eventId: string, endpointId: string): Promise<Recipient | null> {
  const Key = marshall(recipientKey(eventId, endpointId));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item ? reachIn(Item) : null;
}

/** Remembers that an endpoint has acknowledged a revision, unless it has a later one. @param at RFC 3339 */
export async function acknowledgeRecipient(
  eventId: string,
  endpointId: string,
  revision: number,
  at: string,
): Promise<void> {
  await update(eventId, endpointId, {
    UpdateExpression: 'SET acknowledgedRevision = :revision, ackedAt = :at',
    ConditionExpression:
      'attribute_exists(pk) AND (attribute_not_exists(acknowledgedRevision) OR acknowledgedRevision < :revision)',
    ExpressionAttributeValues: marshall({ ':revision': revision, ':at': at }),
  });
}
