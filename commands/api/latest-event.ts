import { setTimeout as delay } from 'node:timers/promises';
import { secondMs } from '../../events/dates/durations.ts';
import type { Entry, TimelineApi } from './timeline-api.ts';

/** How often an event that is not there yet is asked for again. */
const retries = 5;

/**
 * After how many seconds an event is published that is stored already: its 404 says when to try again. Undefined for
 * another error.
 */
function publishedAfterSeconds(error: unknown): number | undefined {
  const { status, retryAfterSeconds } = error as { readonly status?: number; readonly retryAfterSeconds?: number };
  return status === 404 ? retryAfterSeconds : undefined;
}

/** An event at its latest revision. It waits for one that was posted a moment ago. */
export async function latestEvent(api: TimelineApi, id: string): Promise<Entry> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await api.event(id);
    } catch (error) {
      const seconds = publishedAfterSeconds(error);
      if (attempt >= retries || seconds === undefined) throw error;
      await delay(seconds * secondMs);
    }
  }
}
