import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { hourMs } from '../../../events/dates/durations.ts';
import { TooManyRequests } from '../../../events/input/errors.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { storedItem } from '../runtime/stored-item.ts';
import { limitKey, subscribersTable } from './subscribers-table.ts';

/** Counters are kept for a day, to look into what happened. */
const keptMs = 24 * hourMs;

/** A newsroom may register all the endpoints that it can have within an hour, and verify each of them twice. */
const verificationsPerOwner = 2_000;
/**
 * This many requests an hour do no harm to a host that never wanted messages. Once a verification has succeeded within the hour, the
 * host wants them, and the limit of the newsroom is enough.
 */
const verificationsPerHost = 100;
/** Pings are sent only to verified endpoints. */
const pingsPerOwner = 1_000;

/** What was counted within an hour, for a newsroom or for a host. */
const counterSchema = z.object({
  verifications: z.int().exactOptional(),
  pings: z.int().exactOptional(),
  /** How many verifications a host has answered. */
  proved: z.int().exactOptional(),
  expiresAt: z.int(),
});

const counters = storedItem({ kind: 'counter of requests', version: 1, schema: counterSchema });

type CounterKey = ReturnType<typeof limitKey>;
type Counted = Exclude<keyof z.infer<typeof counterSchema>, 'expiresAt'>;

const hourOf = (now: number) => new Date(Math.floor(now / hourMs) * hourMs).toISOString();
const secondsLeft = (now: number) => Math.ceil((hourMs - (now % hourMs)) / 1_000);
const hostOf = (url: string) => new URL(url).hostname.replace(/\.$/, '');

/**
 * Adds to a counter, unless a host has reached the limit without having answered a verification.
 *
 * @returns whether it was added
 * @throws {UnreadableItem} when the counter cannot be read, and so says nothing about the limit
 */
async function add(key: CounterKey, attribute: Counted, amount: number, now: number, limit?: number): Promise<boolean> {
  const names = { '#counted': attribute, ...(limit !== undefined && { '#proved': 'proved' }) };
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(key),
        UpdateExpression: 'ADD #counted :amount SET expiresAt = :expiresAt, v = if_not_exists(v, :v)',
        ...(limit !== undefined && {
          ConditionExpression: 'attribute_not_exists(#counted) OR #counted < :limit OR attribute_exists(#proved)',
        }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: marshall(
          {
            ':amount': amount,
            ':expiresAt': Math.ceil((now + keptMs) / 1_000),
            ':limit': limit,
            ':v': counters.version,
          },
          { removeUndefinedValues: true },
        ),
        ReturnValues: 'ALL_NEW',
      }),
    );
    counters.read(Attributes);
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

function refusal(what: string, limit: number, now: number): TooManyRequests {
  const seconds = secondsLeft(now);
  return new TooManyRequests(`${what} at most ${limit} times an hour. Try again in ${seconds} s.`, seconds);
}

/**
 * Counts a verification. Its receiver may not expect it, so both newsrooms and hosts have a limit.
 *
 * @param now epoch milliseconds
 * @throws {TooManyRequests} when the owner, or the host of the URL, has reached the limit of this hour
 */
export async function countVerification(owner: string, url: string, now: number): Promise<void> {
  const hour = hourOf(now);
  const host = hostOf(url);
  const hostCounter = limitKey('host', host, hour);
  if (!(await add(hostCounter, 'verifications', 1, now, verificationsPerHost))) {
    throw refusal(`The host ${host}, which has answered no verification yet, is asked`, verificationsPerHost, now);
  }
  if (await add(limitKey('owner', owner, hour), 'verifications', 1, now, verificationsPerOwner)) return;
  // A newsroom beyond its limit takes nothing from others that verify endpoints at the same host.
  await add(hostCounter, 'verifications', -1, now);
  throw refusal('A newsroom asks for verifications', verificationsPerOwner, now);
}

/** Records that a host answered a verification, which lifts its limit for this hour. */
export async function noteProof(url: string, now: number): Promise<void> {
  await add(limitKey('host', hostOf(url), hourOf(now)), 'proved', 1, now);
}

/** Counts a ping. @throws {TooManyRequests} when the owner has reached the limit of this hour */
export async function countPing(owner: string, now: number): Promise<void> {
  if (await add(limitKey('owner', owner, hourOf(now)), 'pings', 1, now, pingsPerOwner)) return;
  throw refusal('A newsroom sends pings', pingsPerOwner, now);
}
