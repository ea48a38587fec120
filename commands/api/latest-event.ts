import { setTimeout as delay } from 'node:timers/promises';
import type { Entry, TimelineApi } from './timeline-api.ts';

/** How often an event that is not there yet is asked for again, and how long after, unless the API says how long. */
const retries = 5;
const retryAfterMs = 1_000;

/** A 404 of an event that is stored, but not published yet, says when to try again. */
const isSoonThere = (error: unknown): boolean => {
  const { status, retryAfterSeconds } = error as { readonly status?: number; readonly retryAfterSeconds?: number };
  return status === 404 && retryAfterSeconds !== undefined;
};

/** An event at its latest revision. It waits for one that was posted a moment ago. */
export async function latestEvent(api: TimelineApi, id: string): Promise<Entry> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await api.event(id);
    } catch (error) {
      if (attempt >= retries || !isSoonThere(error)) throw error;
      await delay(retryAfterMs);
    }
  }
}
