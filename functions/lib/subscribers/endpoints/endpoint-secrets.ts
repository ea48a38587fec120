import { randomBytes } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { StateConflict } from '../../../../events/input/errors.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { type Item, storedItem } from '../../runtime/stored-item.ts';
import { secretsKey, stateKey, subscribersTable } from '../table/subscribers-table.ts';
import { transact } from './transact.ts';

const secretBytes = 32;

/** Every secret signs every message, and all signatures are in one header. */
const maximumEarlier = 5;
const tooManySecrets = `${maximumEarlier} earlier secrets still sign. Wait until one has expired, or let all expire with overlapSeconds 0.`;

const secretsSchema = () =>
  z.object({
    /** The current secret, then the earlier ones. `expiresAt` is RFC 3339, and null for the current one. */
    secrets: z.array(z.object({ secret: z.string(), expiresAt: z.string().nullable() }).readonly()).readonly(),
  });

const endpointSecrets = storedItem({ kind: 'endpoint secrets', version: 1, schema: secretsSchema });

/** A secret, and when it expires. */
export type EndpointSecret = z.infer<ReturnType<typeof secretsSchema>>['secrets'][number];

/** A secret that signs messages: `whsec_` and base64 (Standard Webhooks 1.0). */
export function newEndpointSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

/** The item of a new endpoint with its first secret. */
export function firstSecretItem(id: string, secret: string): Item {
  return endpointSecrets.write(secretsKey(id), { secrets: [{ secret, expiresAt: null }] });
}

/**
 * All secrets of an endpoint, also those that have expired; none if there is no such endpoint.
 *
 * @throws {UnreadableItem}
 */
export async function secretsOf(id: string): Promise<readonly EndpointSecret[]> {
  const get = new GetItemCommand({ TableName: subscribersTable, Key: marshall(secretsKey(id)), ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  return Item ? endpointSecrets.read(Item).secrets : [];
}

const signsAt = (now: number) => {
  return ({ expiresAt }: EndpointSecret) => expiresAt === null || Date.parse(expiresAt) > now;
};

/** Those of some secrets that sign at an instant, in their order. @param now epoch milliseconds */
export const signingAt = (secrets: readonly EndpointSecret[], now: number): string[] =>
  secrets.filter(signsAt(now)).map(({ secret }) => secret);

/**
 * The secrets that sign now, the current one first; none if there is no such endpoint.
 *
 * @param now epoch milliseconds
 * @throws {UnreadableItem} when they cannot be read
 */
export async function readSecrets(id: string, now: number): Promise<string[]> {
  return signingAt(await secretsOf(id), now);
}

/**
 * Replaces the current secret of an endpoint. The earlier secrets sign for `overlapSeconds` more, unless they expire
 * before. The epoch rises, so that a worker reads the secrets again.
 *
 * @param now epoch milliseconds
 * @returns all secrets that sign from now on, the new one first
 * @throws {StateConflict} when too many earlier secrets still sign
 * @throws {ConcurrencyConflict} when another rotation came first; nothing is changed then
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
  if (earlier.length > maximumEarlier) throw new StateConflict(tooManySecrets);
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
