import { PutItemCommand, paginateQuery, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../runtime/dynamodb.ts';
import { expiryOf } from './deliveries.ts';
import { attemptKey, attemptPrefix, deliveryKey, endpointPartition, subscribersTable } from './subscribers-table.ts';

/** One attempt to send a message. */
export interface Attempt {
  /** When it began, RFC 3339. */
  readonly at: string;
  /** The status of the answer, or the category of what went wrong. */
  readonly outcome: string;
  readonly durationMs: number;
  /** How the answer begins. */
  readonly answer: string | null;
}

/**
 * Counts an attempt at a delivery and keeps what came of it for 90 days.
 *
 * @returns how many there have been since it was queued, or queued again
 * @throws ConditionalCheckFailedException if there is no such delivery
 */
export async function recordAttempt(endpointId: string, position: number, attempt: Attempt): Promise<number> {
  const { Attributes = {} } = await dynamodb.send(
    new UpdateItemCommand({
      TableName: subscribersTable,
      Key: marshall(deliveryKey(endpointId, position)),
      // `made` is never set back, and so no two attempts ever have the same number.
      UpdateExpression: 'ADD attempts :one, made :one',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: marshall({ ':one': 1 }),
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  const { attempts, made } = unmarshall(Attributes) as { attempts: number; made: number };
  const item = { ...attemptKey(endpointId, position, made), ...attempt, expiresAt: expiryOf(attempt.at) };
  await dynamodb.send(new PutItemCommand({ TableName: subscribersTable, Item: marshall(item) }));
  return attempts;
}

/** All attempts at a delivery that are still kept, in order. */
export async function attemptsOf(endpointId: string, position: number): Promise<Attempt[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: subscribersTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :attempt)',
      ExpressionAttributeValues: marshall({
        ':pk': endpointPartition(endpointId),
        ':attempt': attemptPrefix(position),
      }),
      ConsistentRead: true,
    },
  );
  const attempts: Attempt[] = [];
  for await (const { Items = [] } of pages) {
    for (const { pk: _pk, sk: _sk, expiresAt: _expiry, ...attempt } of Items.map((item) => unmarshall(item))) {
      attempts.push(attempt as Attempt);
    }
  }
  return attempts;
}
