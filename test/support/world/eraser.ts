import { jest } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { subscribersIn } from '../receivers/subscribers.ts';
import { itemsOf } from './tables.ts';
import type { World } from './world.ts';

/** Longer than any redaction takes. */
const maximumMinutes = 90;

/** Timers go on as ever: only the clock is moved. */
const timers = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/** Lets the clock stand still, until `jest.setSystemTime` moves it or `jest.useRealTimers` ends that. */
export function stopClock(): void {
  jest.useFakeTimers({ now: Date.now(), doNotFake: [...timers] });
}

/** What carries out redactions in a world, minute by minute, on a clock that a test moves. */
export interface Eraser {
  /** When caches were invalidated, in epoch milliseconds. */
  readonly invalidations: number[];
  /** Runs the function once, without the followers. */
  erase(): Promise<void>;
  /** Runs the followers and the function once. */
  run(): Promise<void>;
  /** Moves the clock. */
  pass(ms: number): void;
  /** Lets minutes pass until all redactions are done. @returns how many */
  finish(): Promise<number>;
}

/** Load it after the world has started. The clock stands still unless it is moved; `jest.useRealTimers()` ends that. */
export async function eraserIn(world: World): Promise<Eraser> {
  const { eraseContent } = await import('../../../functions/lib/erase/erase-content.ts');
  const { forgetHeld } = await import('../../../functions/lib/embargo/forget-held.ts');
  const subscribers = await subscribersIn();
  const invalidations: number[] = [];
  stopClock();

  const eraser: Eraser = {
    invalidations,
    erase: () =>
      eraseContent({
        forgetHeld,
        now: Date.now,
        hasTime: () => true,
        invalidate: async (now) => {
          invalidations.push(now);
        },
      }),
    async run() {
      await world.project();
      await subscribers.fanOut();
      await eraser.erase();
    },
    pass(ms) {
      jest.setSystemTime(Date.now() + ms);
    },
    async finish() {
      for (let minutes = 0; minutes < maximumMinutes; minutes++) {
        await eraser.run();
        if ((await itemsOf('Redactions', 'OPEN')).length === 0) return minutes;
        eraser.pass(minuteMs);
      }
      throw new Error('A redaction was not done in time.');
    },
  };
  return eraser;
}
