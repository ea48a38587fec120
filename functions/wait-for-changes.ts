import { setTimeout } from 'node:timers/promises';
import { TooManyRequests } from '../events/input/errors.ts';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { heldRequestsPerNewsroom, takeSlot } from './lib/keys/held-requests.ts';
import { beginChanges, changesPage } from './lib/read/changes/changes-page.ts';
import type { ChangesScan } from './lib/read/changes/changes-scan.ts';
import { waitQuerySchema } from './lib/read/query/changes-query.ts';
import { conditionalResponse } from './lib/route/conditional-response.ts';
import { keyedRoute } from './lib/route/route.ts';
import { dynamodb } from './lib/runtime/dynamodb.ts';
import { environment } from './lib/runtime/environment.ts';
import { logger } from './lib/runtime/observability.ts';

/** Between looks at the feed while an answer is held; a look at a feed that has not grown costs half a read unit. */
const pauseMs = 500;

/** An answer is not held when less than this is left of the invocation: reading and sending a large page takes time. */
const reserveMs = 4_000;

/** Nothing may keep what was held: who is given it again at once would ask again at once. */
const heldCaching = { 'cache-control': 'no-cache' };

const table = { client: dynamodb, name: environment('ACCESS_TABLE') };

const isToBeHeld = (scan: ChangesScan) => scan.changes.length === 0 && !scan.isFull;

/** Looks at what comes into the feed until there is something to send, or for so long. */
async function hold(scan: ChangesScan, waitMs: number): Promise<void> {
  const end = performance.now() + waitMs;
  while (isToBeHeld(scan)) {
    const leftMs = end - performance.now();
    if (leftMs <= 0) return;
    await setTimeout(Math.min(pauseMs, leftMs));
    await scan.advance();
  }
}

/** Holds in a slot of the newsroom. @throws {TooManyRequests} when all of them are taken */
async function holdInSlot(scan: ChangesScan, waitMs: number, newsroom: string): Promise<void> {
  const now = Date.now();
  const slot = await takeSlot(table, newsroom, now, now + waitMs + reserveMs);
  if ('freeAt' in slot) {
    throw new TooManyRequests(
      `Your newsroom has ${heldRequestsPerNewsroom} requests that wait for changes, the most at a time. Send the request again when one of them has ended, or read /v1/changes without waiting.`,
      Math.max(1, Math.ceil((slot.freeAt - now) / 1_000)),
    );
  }
  try {
    await hold(scan, waitMs);
  } finally {
    // It frees itself later. The changes that were found are worth more than that.
    await slot.release().catch((error) => logger.error('The slot of a held request was not freed.', error as Error));
  }
}

/**
 * Answers the feed as `read-changes` does, and holds a last page without changes until there is one. A newsroom may have
 * few requests held at a time. All together are held by the concurrency of the function; beyond that the gateway answers 503.
 */
async function waitForChanges(request: KeyedRequest): Promise<Answer> {
  const { seconds, ...query } = queryParameters(request, waitQuerySchema);
  const scan = await beginChanges(query);
  const waitMs = Math.min(seconds * 1_000, request.remainingMs() - reserveMs);
  if (waitMs > 0 && isToBeHeld(scan)) await holdInSlot(scan, waitMs, request.caller.newsroom);
  return changesPage(request, scan, query.after, heldCaching);
}

export const handler = keyedRoute(waitForChanges, [conditionalResponse()]);
