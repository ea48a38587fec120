import { setTimeout } from 'node:timers/promises';
import { feedHead } from './lib/event-log/feed.ts';
import { assertReached } from './lib/event-log/requested-position.ts';
import type { Answer } from './lib/http/answer.ts';
import { answerText } from './lib/http/answer.ts';
import { immutableCaching, liveCaching } from './lib/http/caching.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import type { Request } from './lib/http/request.ts';
import type { ChangesAnswer } from './lib/read/changes-answer.ts';
import { changesQuerySchema, filterOf } from './lib/read/changes-query.ts';
import { ChangesScan } from './lib/read/changes-scan.ts';
import { publicRoute } from './lib/route/route.ts';

/** Between looks at the feed while an answer is held; a look at a feed that has not grown costs half a read unit. */
const pauseMs = 500;

/** An answer is not held when less than this is left of the invocation: reading and sending a large page takes time. */
const reserveMs = 4_000;

/** Nothing may keep what was held: who is given it again at once would ask again at once. */
const heldCaching = { 'cache-control': 'no-cache' };

/** Looks at what comes into the feed until something is to be told, or for so long. */
async function hold(scan: ChangesScan, waitMs: number, remainingMs: () => number): Promise<void> {
  const end = performance.now() + waitMs;
  while (scan.changes.length === 0 && !scan.isFull) {
    const leftMs = Math.min(end - performance.now(), remainingMs() - reserveMs);
    if (leftMs <= 0) return;
    await setTimeout(Math.min(pauseMs, leftMs));
    await scan.advance();
  }
}

/** The last position that the page knows of; of one that has ended, the last there is. */
async function headOf(scan: ChangesScan, after: number): Promise<number> {
  if (scan.isFollowed) return scan.next + 1;
  if (scan.next > after && !scan.isBeforeGap) return scan.next;
  const { position } = await feedHead(false);
  return scan.next > after ? Math.max(position, scan.next) : position;
}

function cachingOf({ isFollowed, isReadable }: ChangesScan, isHeld: boolean) {
  if (isFollowed && isReadable) return immutableCaching;
  return isHeld ? heldCaching : liveCaching;
}

/**
 * Answers the feed in position order: what a copy of the timelines is kept by. With filters it answers what matches them as of
 * that revision or as of any earlier one of the same event.
 *
 * A page that is full and has something after it never changes: its `head` therefore is `next + 1`, what it knows to be there,
 * and not the last position at the time. On the last page `head` is the last position. Either way there is more while `next` is
 * below `head`.
 *
 * With `wait`, a last page with nothing to tell is held until there is something. So many may be held at once as the function
 * has concurrency; beyond that the gateway answers at once, 503.
 */
async function readChanges(request: Request): Promise<Answer> {
  const query = queryParameters(request, changesQuerySchema);
  const { after, limit, wait } = query;
  const scan = new ChangesScan({ after, limit, filter: filterOf(query) });
  await scan.advance();
  if (scan.next === after && !scan.isBeforeGap) await assertReached(after);
  if (wait !== undefined) await hold(scan, wait * 1_000, request.remainingMs);
  const { changes, next } = scan;
  const head = await headOf(scan, after);
  return {
    status: 200,
    headers: {
      ...cachingOf(scan, wait !== undefined),
      'content-type': 'application/json',
      ...nextLink(request, 'after', after < next && next < head ? String(next) : null),
    },
    body: answerText<ChangesAnswer, 'changes'>('changes', changes, { next, head }),
  };
}

export const handler = publicRoute(readChanges);
