import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dayMs, hourMs } from '../../../../events/dates/durations.ts';
import { TooManyRequests } from '../../../../events/input/errors.ts';
import { isDryRun } from '../../runtime/dry-run.ts';
import { dynamodb } from '../../runtime/dynamodb.ts';
import { isConditionFailure } from '../../runtime/failures.ts';
import { storedItem } from '../../runtime/stored-item.ts';
import { hostLimitKey, hostProofKey, ownerLimitKey, subscribersTable } from '../table/subscribers-table.ts';

/** Counters are kept for a day, to look into what happened. */
const keptMs = dayMs;
/** A host that has answered no verification of a newsroom for so long is asked as if for the first time. */
const proofKeptMs = 365 * dayMs;

/** A newsroom may register all the endpoints that it can have within an hour, and verify each of them twice. */
const verificationsPerOwner = 2_000;
/**
 * This many requests an hour do no harm to a host that never wanted messages. They are counted by newsroom, so that a
 * newsroom cannot use up what another one has. Once the host has answered a verification of the newsroom, the limit of
 * the newsroom is enough.
 */
const verificationsPerHost = 100;
/** Pings are sent only to verified endpoints. */
const pingsPerOwner = 1_000;

/** What was counted within an hour: for a newsroom, or for what it sends to one host. */
const counterSchema = () =>
  z.object({
    verifications: z.int().exactOptional(),
    pings: z.int().exactOptional(),
    expiresAt: z.int(),
  });

const counters = storedItem({ kind: 'counter of requests', version: 1, schema: counterSchema });

const proofs = storedItem({
  kind: 'proof of a host',
  version: 1,
  schema: () =>
    z.object({
      /** When the host last answered a verification of the newsroom, RFC 3339. */
      provedAt: z.string(),
      expiresAt: z.int(),
    }),
});

type CounterKey = ReturnType<typeof ownerLimitKey>;
type Counted = Exclude<keyof z.infer<ReturnType<typeof counterSchema>>, 'expiresAt'>;

const hourOf = (now: number) => new Date(Math.floor(now / hourMs) * hourMs).toISOString();
const secondsLeft = (now: number) => Math.ceil((hourMs - (now % hourMs)) / 1_000);
const hostOf = (url: string) => new URL(url).hostname.replace(/\.$/, '');

const expiryOf = (now: number, forMs: number) => Math.ceil((now + forMs) / 1_000);

/** Whether a counter has room below the limit. A dry run asks this, and adds nothing. */
async function hasRoom(key: CounterKey, attribute: Counted, limit = Number.POSITIVE_INFINITY): Promise<boolean> {
  const Key = marshall(key);
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return !Item || (counters.read(Item)[attribute] ?? 0) < limit;
}

/**
 * Adds to a counter, unless it has reached the limit. A dry run adds nothing.
 *
 * @returns whether it was added, or would have been
 * @throws {UnreadableItem} when the counter cannot be read, and so says nothing about the limit
 */
async function add(key: CounterKey, attribute: Counted, amount: number, now: number, limit?: number): Promise<boolean> {
  if (isDryRun()) return hasRoom(key, attribute, limit);
  const values = {
    ':amount': amount,
    ':expiresAt': expiryOf(now, keptMs),
    ':limit': limit,
    ':v': counters.version,
  };
  try {
    const { Attributes = {} } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(key),
        UpdateExpression: 'ADD #counted :amount SET expiresAt = :expiresAt, v = if_not_exists(v, :v)',
        ...(limit !== undefined && { ConditionExpression: 'attribute_not_exists(#counted) OR #counted < :limit' }),
        ExpressionAttributeNames: { '#counted': attribute },
        ExpressionAttributeValues: marshall(values, { removeUndefinedValues: true }),
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

/** Whether a host has answered a verification of a newsroom within a year. */
async function hasProved(owner: string, host: string, now: number): Promise<boolean> {
  const Key = marshall(hostProofKey(owner, host));
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: subscribersTable, Key, ConsistentRead: true }));
  return Item !== undefined && proofs.read(Item).expiresAt * 1_000 > now;
}

function refusal(what: string, limit: number, now: number): TooManyRequests {
  const seconds = secondsLeft(now);
  return new TooManyRequests(`${what} at most ${limit} times an hour. Try again in ${seconds} s.`, seconds);
}

/**
 * Counts a verification. Its receiver may not expect it, so both a newsroom and what it sends to one host have a limit.
 * Nothing that other newsrooms do counts.
 *
 * @param now epoch milliseconds
 * @throws {TooManyRequests} when the newsroom has reached its limit of this hour, or that for a host that has answered
 *   none of its verifications
 */
export async function countVerification(owner: string, url: string, now: number): Promise<void> {
  const hour = hourOf(now);
  const host = hostOf(url);
  const hostCounter = hostLimitKey(owner, host, hour);
  const isWithin = await add(hostCounter, 'verifications', 1, now, verificationsPerHost);
  if (!isWithin && !(await hasProved(owner, host, now))) {
    const what = `The host ${host}, which has answered no verification of this newsroom yet, is asked`;
    throw refusal(what, verificationsPerHost, now);
  }
  if (await add(ownerLimitKey(owner, hour), 'verifications', 1, now, verificationsPerOwner)) return;
  // What was not sent takes nothing from the host.
  if (isWithin) await add(hostCounter, 'verifications', -1, now);
  throw refusal('A newsroom asks for verifications', verificationsPerOwner, now);
}

/** Records that a host answered a verification of a newsroom, which lifts its limit for the newsroom. */
export async function noteProof(owner: string, url: string, now: number): Promise<void> {
  const proof = { provedAt: new Date(now).toISOString(), expiresAt: expiryOf(now, proofKeptMs) };
  const Item = proofs.write(hostProofKey(owner, hostOf(url)), proof);
  await dynamodb.send(new PutItemCommand({ TableName: subscribersTable, Item }));
}

/** Counts a ping. @throws {TooManyRequests} when the owner has reached the limit of this hour */
export async function countPing(owner: string, now: number): Promise<void> {
  if (await add(ownerLimitKey(owner, hourOf(now)), 'pings', 1, now, pingsPerOwner)) return;
  throw refusal('A newsroom sends pings', pingsPerOwner, now);
}
