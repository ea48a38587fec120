import { setTimeout } from 'node:timers/promises';

/** Time and chance, as a worker has them. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  pause(ms: number): Promise<unknown>;
}

export const systemClock: Clock = { now: Date.now, random: Math.random, pause: (ms) => setTimeout(ms) };
