import type { Change, Changes, ChangesQuery } from './schemas.ts';
import { TimelineError } from './timeline-error.ts';
import { backoffMs, pause } from './waiting.ts';

/** Asks for the changes after a position, and waits for the next one if there is none. */
export type Wait = (query: ChangesQuery, signal: AbortSignal | undefined) => Promise<Changes>;

/** How often changes are asked for without a key, with which one can wait for them, and what others can see already. */
export const pollEveryMs = 2_000;

const longestAskedMs = 3_600_000;

export interface Following {
  /** Absent without a key. */
  readonly wait: Wait | undefined;
  readonly signal?: AbortSignal;
}

/** The items of all pages. */
export async function* walkPages<Page extends { readonly nextCursor: string | null }, Item>(
  read: (cursor: { readonly cursor?: string }) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): AsyncGenerator<Item, void, undefined> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await read(cursor === undefined ? {} : { cursor });
    yield* itemsOf(page);
    cursor = page.nextCursor;
  }
}

/** Whether a request may succeed later as it is. */
const isPassing = (error: unknown) =>
  !(error instanceof TimelineError) || error.status >= 500 || error.status === 429 || error.status === 408;

/** The wait that the API asks for. A date in the far future is an error of somebody’s clock. */
const askedMs = (error: unknown) =>
  error instanceof TimelineError ? Math.min((error.retryAfterSeconds ?? 0) * 1_000, longestAskedMs) : 0;

/** Whether as many requests are held as may be: of the newsroom, or of all. */
const isFull = (error: unknown) => error instanceof TimelineError && (error.status === 429 || error.status === 503);

/** The changes after a position to the end of the record; if they are followed, then each new one. */
export async function* walkChanges(
  read: (query: ChangesQuery) => Promise<Changes>,
  { after = 0, ...query }: ChangesQuery,
  following?: Following,
): AsyncGenerator<Change, void, undefined> {
  const { wait, signal } = following ?? {};
  let position = after;
  /** Until then, changes are asked for again and again. In epoch milliseconds. */
  let pollsUntil = 0;
  for (let failures = 0; !signal?.aborted; ) {
    let page: Changes;
    const isWaiting = wait !== undefined && Date.now() >= pollsUntil;
    try {
      page = await (isWaiting ? wait({ ...query, after: position }, signal) : read({ ...query, after: position }));
    } catch (error) {
      if (signal?.aborted) return;
      if (!following || !isPassing(error)) throw error;
      if (isWaiting && isFull(error)) {
        pollsUntil = Date.now() + Math.max(pollEveryMs, askedMs(error));
        continue;
      }
      failures += 1;
      await pause(Math.max(backoffMs(failures), askedMs(error)), signal);
      continue;
    }
    failures = 0;
    for (const change of page.changes) {
      yield change;
      if (signal?.aborted) return;
    }
    const isStuck = page.next === position;
    position = page.next;
    if (page.next < page.head) {
      // The next position is not visible to everyone yet.
      if (isStuck) await pause(pollEveryMs, signal);
      continue;
    }
    if (!following) return;
    if (!isWaiting) await pause(pollEveryMs, signal);
  }
}
