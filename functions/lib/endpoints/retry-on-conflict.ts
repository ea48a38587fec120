import { setTimeout } from 'node:timers/promises';
import { ConcurrencyConflict } from '../subscribers/endpoint-state.ts';

/** A worker, or another request, may come first so often. */
const tries = 10;
const firstPauseMs = 5;

/**
 * Does the work anew whenever somebody else has changed the endpoint between its reading and its writing.
 *
 * @throws {ConcurrencyConflict} if that happened each time
 */
export async function retryOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict) || attempt === tries) throw error;
      await setTimeout(Math.random() * firstPauseMs * 2 ** attempt);
    }
  }
}
