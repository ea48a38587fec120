import { Conflict } from '../../../events/input/errors.ts';
import { countedPace, isCountDue } from '../../../events/pace.ts';
import { type Amounts, noAmounts, sampled, useOf } from '../../../events/quota.ts';
import { problemOf } from '../http/problem.ts';
import type { AccessTable } from '../keys/access-table.ts';
import { addUse, limitsIn } from '../keys/newsroom-quota.ts';
import type { GatewayEvent, Middleware } from '../route/gateway.ts';
import { callerOf } from '../route/gateway.ts';
import { matchedRoute } from '../route/matched-route.ts';
import { isDryRun } from '../runtime/dry-run.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { environment } from '../runtime/environment.ts';
import { count, logger } from '../runtime/observability.ts';
import { within } from '../runtime/within.ts';
import { knownPace, notePace, noteUse } from './known-use.ts';

/** A response waits for the count this long at most. Usually it takes a few milliseconds. */
const countingTimeoutMs = 250;

const table: AccessTable = { client: dynamodb, name: environment('ACCESS_TABLE') };
const defaults = limitsIn(environment('DEFAULT_QUOTA'));

/** The randomness by which requests are counted. Tests replace it. */
export const sampling = { draw: Math.random };

const sentBytes = ({ body = '', isBase64Encoded }: GatewayEvent) =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');

interface Counted {
  /** What the request uses of quotas. */
  readonly used: Partial<Amounts>;
  /** What it takes of the pace. */
  readonly paced: number;
}

/**
 * Counts by chance what is used of quotas, and with it what was written in this window: of that also what no sample has
 * counted, exactly, as soon as it is much. Never throws: what was written is acknowledged, whether it is counted or
 * not.
 */
async function countRequest(event: GatewayEvent, { used, paced }: Counted): Promise<void> {
  const newsroom = callerOf(event)?.newsroom;
  if (newsroom === undefined || isDryRun()) return;
  const now = Date.now();
  const known = knownPace(newsroom, now);
  const pace = { ...known, uncounted: known.uncounted + paced };
  const use = sampled(useOf(used, sentBytes(event)), sampling.draw());
  if (!use && !isCountDue(pace)) {
    notePace(newsroom, pace);
    return;
  }
  // What is being counted is not counted again by another request meanwhile. If it is lost, it stays uncounted.
  notePace(newsroom, { ...pace, uncounted: 0 });
  try {
    const added = { newsroom, use: use ?? noAmounts, written: pace.uncounted, now, defaults };
    const { inWindow, ...ofDay } = await within(countingTimeoutMs, (signal) => addUse(table, added, signal));
    noteUse(newsroom, ofDay);
    notePace(newsroom, countedPace(knownPace(newsroom, now), pace.uncounted, inWindow));
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
 * Counts what a request uses of the quotas of its newsroom: what it wrote, and its bytes, also if it is refused or
 * writes nothing. A conflict counts like what it would have written: a put that fails costs as much as what is stored,
 * however small the request is. A request that fails by our fault is not counted, nor is a dry run.
 */
export function useCount(): Middleware {
  const begun = new WeakSet<GatewayEvent>();
  return {
    before({ event }) {
      begun.add(event);
    },
    async after(invocation) {
      const { event } = invocation;
      const { written = oneOf(event), paced, ...response } = invocation.response ?? {};
      invocation.response = response;
      const { events = 0, changes = 0 } = written;
      await countRequest(event, { used: written, paced: paced ?? events + changes });
    },
    async onError({ event, error }) {
      if (!begun.has(event) || problemOf(error, '').status >= 500) return;
      await countRequest(event, { used: error instanceof Conflict ? oneOf(event) : {}, paced: 0 });
    },
  };
}
