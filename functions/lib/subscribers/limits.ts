import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { hourMs } from '../../../events/dates/durations.ts';
import { TooManyRequests } from '../../../events/input/errors.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { isConditionFailure } from '../runtime/failures.ts';
import { limitKey, subscribersTable } from './subscribers-table.ts';

/** For whoever looks into what happened. */
const keptMs = 24 * hourMs;

/** A newsroom may make all the endpoints that it can have within an hour, and ask for each of them twice. */
const verificationsPerOwner = 2_000;
/**
 * So many requests an hour harm no host that has nothing to do with it. Where one verification succeeded within the hour, somebody
 * wants them, and the newsroom's own limit is enough.
 */
const verificationsPerHost = 100;
/** To who has proved that they want them. */
const pingsPerOwner = 1_000;

type Counter = ReturnType<typeof limitKey>;

const hourOf = (now: number) => new Date(Math.floor(now / hourMs) * hourMs).toISOString();
const secondsLeft = (now: number) => Math.ceil((hourMs - (now % hourMs)) / 1_000);
const hostOf = (url: string) => new URL(url).hostname.replace(/\.$/, '');

async function add(counter: Counter, attribute: string, amount: number, now: number, limit?: number): Promise<boolean> {
  const names = { '#counted': attribute, ...(limit !== undefined && { '#proved': 'proved' }) };
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: subscribersTable,
        Key: marshall(counter),
        UpdateExpression: 'ADD #counted :amount SET expiresAt = :expiresAt',
        ...(limit !== undefined && {
          ConditionExpression: 'attribute_not_exists(#counted) OR #counted < :limit OR attribute_exists(#proved)',
        }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: marshall(
          { ':amount': amount, ':expiresAt': Math.ceil((now + keptMs) / 1_000), ':limit': limit },
          { removeUndefinedValues: true },
        ),
      }),
    );
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
 * Counts a verification, which goes to who may know nothing of it.
 *
 * @param now epoch milliseconds
 * @throws {TooManyRequests} if the owner, or the host of the URL, had as many within the hour as there may be
 */
export async function countVerification(owner: string, url: string, now: number): Promise<void> {
  const hour = hourOf(now);
  const host = hostOf(url);
  const hostCounter = limitKey('host', host, hour);
  if (!(await add(hostCounter, 'verifications', 1, now, verificationsPerHost))) {
    throw refusal(`The host ${host}, which has answered no verification yet, is asked`, verificationsPerHost, now);
  }
  if (await add(limitKey('owner', owner, hour), 'verifications', 1, now, verificationsPerOwner)) return;
  // Who may ask no more takes nothing from others who ask the same host.
  await add(hostCounter, 'verifications', -1, now);
  throw refusal('A newsroom asks for verifications', verificationsPerOwner, now);
}

/** Notes that a host answered a verification as who wants messages does. */
export async function noteProof(url: string, now: number): Promise<void> {
  await add(limitKey('host', hostOf(url), hourOf(now)), 'proved', 1, now);
}

/** Counts a ping. @throws {TooManyRequests} if the owner had as many within the hour as there may be */
export async function countPing(owner: string, now: number): Promise<void> {
  if (await add(limitKey('owner', owner, hourOf(now)), 'pings', 1, now, pingsPerOwner)) return;
  throw refusal('A newsroom sends pings', pingsPerOwner, now);
}
