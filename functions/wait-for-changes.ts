import { setTimeout } from 'node:timers/promises';
import type { Answer } from './lib/http/answer.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { inSlot, waitsForChanges } from './lib/keys/slots.ts';
import { beginChanges, changesPage } from './lib/read/changes/changes-page.ts';
import type { ChangesScan } from './lib/read/changes/changes-scan.ts';
import { waitQuerySchema } from './lib/read/query/changes-query.ts';
import { conditionalResponse } from './lib/route/conditional-response.ts';
import { keyedRoute } from './lib/route/route.ts';
import { dynamodb } from './lib/runtime/dynamodb.ts';
import { environment } from './lib/runtime/environment.ts';

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

/**
 * Answers the feed as `read-changes` does, and holds a last page without changes until there is one. A newsroom may
 * have few requests held at a time. All together are held by the concurrency of the function; beyond that the gateway
 * answers 503.
 *
 * @throws {TooManyRequests} when the newsroom has as many held as it may
 */
async function waitForChanges(request: KeyedRequest): Promise<Answer> {
  const { seconds, ...query } = queryParameters(request, waitQuerySchema);
  const scan = await beginChanges(query);
  const waitMs = Math.min(seconds * 1_000, request.remainingMs() - reserveMs);
  if (waitMs > 0 && isToBeHeld(scan)) {
    const owner = { table, newsroom: request.caller.newsroom, requests: waitsForChanges };
    await inSlot(owner, waitMs + reserveMs, () => hold(scan, waitMs));
  }
  return changesPage(request, scan, query.after, heldCaching);
}

export const handler = keyedRoute(waitForChanges, [conditionalResponse()]);
