import { randomBytes } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { StateConflict } from '../../../events/input/errors.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { secretsKey, stateKey, subscribersTable } from './subscribers-table.ts';
import { transact } from './transact.ts';

const secretBytes = 32;

/** Each signs every message, in one header. */
const mostEarlier = 5;
const tooManySecrets = `${mostEarlier} earlier secrets sign yet: wait until one has ended, or end them all with overlapSeconds 0.`;

/** A secret, and until when (RFC 3339) it signs; null: until it is replaced. */
export interface EndpointSecret {
  readonly secret: string;
  readonly expiresAt: string | null;
}

/** A secret that signs messages: `whsec_` and base64 (Standard Webhooks 1.0). */
export function newEndpointSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

async function secretsOf(id: string): Promise<readonly EndpointSecret[]> {
  const get = new GetItemCommand({ TableName: subscribersTable, Key: marshall(secretsKey(id)), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item ? unmarshall(Item).secrets : [];
}

const signsAt = (now: number) => {
  return ({ expiresAt }: EndpointSecret) => expiresAt === null || Date.parse(expiresAt) > now;
};

/** The secrets that sign now, the current one first; none if there is no such endpoint. @param now epoch milliseconds */
export async function readSecrets(id: string, now: number): Promise<string[]> {
  return (await secretsOf(id)).filter(signsAt(now)).map(({ secret }) => secret);
}

/**
 * Puts a new secret before those there are, which sign for so long yet, unless they end sooner anyway. The epoch rises, so that
 * a worker reads them anew.
 *
 * @param now epoch milliseconds
 * @returns all that sign from now on, the new one first
 * @throws {StateConflict} if too many sign already
 * @throws {ConcurrencyConflict} if another rotation came first; and then nothing was changed
 */
export async function rotateSecret(
  id: string,
  secret: string,
  overlapSeconds: number,
  now: number,
): Promise<readonly EndpointSecret[]> {
  const stored = await secretsOf(id);
  const end = new Date(now + overlapSeconds * 1_000).toISOString();
  const earlier = stored
    .map((one) => ({ ...one, expiresAt: one.expiresAt !== null && one.expiresAt < end ? one.expiresAt : end }))
    .filter(signsAt(now));
  if (earlier.length > mostEarlier) throw new StateConflict(tooManySecrets);
  const secrets: EndpointSecret[] = [{ secret, expiresAt: null }, ...earlier];
  await transact([
    {
      Update: {
        TableName: subscribersTable,
        Key: marshall(secretsKey(id)),
        UpdateExpression: 'SET secrets = :secrets',
        ConditionExpression: 'secrets[0].secret = :current',
        ExpressionAttributeValues: marshall({ ':secrets': secrets, ':current': stored[0]?.secret ?? '' }),
      },
    },
    {
      Update: {
        TableName: subscribersTable,
        Key: marshall(stateKey(id)),
        UpdateExpression: 'ADD epoch :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({ ':one': 1 }),
      },
    },
  ]);
  return secrets;
}
