import { Conflict } from '../../../events/input/errors.ts';
import { type Amounts, sampled, useOf } from '../../../events/quota.ts';
import { problemOf } from '../http/problem.ts';
import type { AccessTable } from '../keys/access-table.ts';
import { addUse, limitsIn } from '../keys/newsroom-quota.ts';
import type { GatewayEvent, Middleware } from '../route/gateway.ts';
import { callerOf } from '../route/gateway.ts';
import { matchedRoute } from '../route/matched-route.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import { within } from '../runtime/within.ts';
import { noteUse } from './known-use.ts';

/** A response waits for the count this long at most. Usually it takes a few milliseconds. */
const countingTimeoutMs = 250;

const table: AccessTable = { client: dynamodb, name: environment('ACCESS_TABLE') };
const defaults = limitsIn(environment('DEFAULT_QUOTA'));

/** The randomness by which requests are counted. Tests replace it. */
export const sampling = { draw: Math.random };

const sentBytes = ({ body = '', isBase64Encoded }: GatewayEvent) =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');

/** Never throws: what was written is acknowledged, whether it is counted or not. */
async function countWritten(event: GatewayEvent, written: Partial<Amounts>): Promise<void> {
  const newsroom = callerOf(event)?.newsroom;
  const use = sampled(useOf(written, sentBytes(event)), sampling.draw());
  if (newsroom === undefined || !use) return;
  try {
    const now = Date.now();
    const counted = { newsroom, use, now, defaults };
    noteUse(newsroom, await within(countingTimeoutMs, (signal) => addUse(table, counted, signal)), now);
  } catch (error) {
    count('QuotaCountsLost');
    logger.error('The use of a newsroom was not counted.', error as Error);
  }
}

/** One of the quota of the route. */
function oneOf(event: GatewayEvent): Partial<Amounts> {
  const { quota } = matchedRoute(event) ?? {};
  return quota ? { [quota]: 1 } : {};
}

/**
 * Counts what a request uses of the quotas of its newsroom: what it wrote, and its bytes, also if it is refused or writes nothing. A
 * conflict counts like what it would have written: a put that fails costs as much as what is stored, however small the request is. A
 * request that fails by our fault is not counted.
 */
export function useCount(): Middleware {
  const begun = new WeakSet<GatewayEvent>();
  return {
    before({ event }) {
      begun.add(event);
    },
    async after(invocation) {
      const { event } = invocation;
      const { written, ...response } = invocation.response ?? {};
      invocation.response = response;
      await countWritten(event, written ?? oneOf(event));
    },
    async onError({ event, error }) {
      if (!begun.has(event) || problemOf(error, '').status >= 500) return;
      await countWritten(event, error instanceof Conflict ? oneOf(event) : {});
    },
  };
}
