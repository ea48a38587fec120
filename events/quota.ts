import * as z from 'zod';
import { dayMs, secondMs } from './dates/durations.ts';
import { PaceExceeded, QuotaExceeded } from './input/errors.ts';

/** Every request counts so many bytes at least: a replay of the smallest event costs a write unit too. */
const leastBytes = 1_024;
/** One of so many events or changes is counted, so many times. */
const sampling = 16;

/** What a newsroom has a limit a day for: what it writes, and the bytes that it sends or that are stored for it. */
export const quotas = ['events', 'changes', 'bytes'] as const;

export type Quota = (typeof quotas)[number];

const amountSchema = z.int().nonnegative();

/** An amount for each quota. */
export const amountsSchema = z.object({ events: amountSchema, changes: amountSchema, bytes: amountSchema });

export type Amounts = Readonly<z.infer<typeof amountsSchema>>;

/**
 * What a newsroom may use a day, unless the stack or its own record says otherwise: far more than a large newsroom reports, and at list
 * prices 15 dollars at most.
 */
export const defaultLimits: Amounts = { events: 50_000, changes: 20_000, bytes: 1_024 ** 3 };

/** What a newsroom has used on a day, as far as it is known, and its limits. Days are those of UTC: `2026-11-27`. */
export const dailyUseSchema = z.object({ day: z.string(), used: amountsSchema, limits: amountsSchema });

export type DailyUse = Readonly<z.infer<typeof dailyUseSchema>>;

/** The day of UTC that an instant is on, as `2026-11-27`. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The larger of two amounts, quota by quota. Use only grows, so it is the later knowledge. */
export const mostOf = (one: Amounts, other: Amounts): Amounts => ({
  events: Math.max(one.events, other.events),
  changes: Math.max(one.changes, other.changes),
  bytes: Math.max(one.bytes, other.bytes),
});

/**
 * The error for the first of these quotas that is used up; null if none is. What is known of another day says nothing about this one.
 *
 * @param now epoch milliseconds
 */
export function exceededQuota(
  { day, used, limits }: DailyUse,
  asked: readonly Quota[],
  { newsroom, now }: { readonly newsroom: string; readonly now: number },
): QuotaExceeded | null {
  if (day !== dayOf(now)) return null;
  const quota = asked.find((name) => used[name] >= limits[name]);
  if (!quota) return null;
  const end = (Math.floor(now / dayMs) + 1) * dayMs;
  return new QuotaExceeded({
    newsroom,
    quota,
    limit: limits[quota],
    used: used[quota],
    resetsAt: new Date(end).toISOString(),
    retryAfterSeconds: Math.ceil((end - now) / 1_000),
  });
}

/**
 * What a request counts: what it wrote, and the bytes that it sent or that were stored because of it, whichever are more. A change of
 * fifty bytes stores the whole event again.
 */
export function useOf({ events = 0, changes = 0, bytes = 0 }: Partial<Amounts>, sentBytes: number): Amounts {
  return { events, changes, bytes: Math.max(leastBytes, sentBytes, bytes) };
}

/**
 * What is counted for a request: of sixteen that write one event each, one, sixteen times. A batch of n is counted n times as often, so
 * that its events are as exact as single ones, and one of sixteen or more always. The mean is what was used.
 *
 * @param draw a random number from 0 to below 1
 * @returns null if the request is not counted
 */
export function sampled({ events, changes, bytes }: Amounts, draw: number): Amounts | null {
  const share = Math.min(1, Math.max(1, events + changes) / sampling);
  if (draw >= share) return null;
  const scaled = (amount: number) => Math.round(amount / share);
  return { events: scaled(events), changes: scaled(changes), bytes: scaled(bytes) };
}

const paceWindowMs = 5 * secondMs;

/**
 * How many events and changes a newsroom may write in a window. The record is one sequence: what others write meanwhile waits until
 * these have their positions, for about two seconds.
 */
export const maximumPace = 300;

/** The beginning of the window that an instant is in. Both in epoch milliseconds. */
export const paceWindowOf = (now: number): number => Math.floor(now / paceWindowMs) * paceWindowMs;

/** The error for a newsroom that writes too fast. @param until when it may write again, like `now` in epoch milliseconds */
export function paceExceeded(newsroom: string, until: number, now: number): PaceExceeded {
  return new PaceExceeded({
    newsroom,
    limit: maximumPace,
    windowSeconds: paceWindowMs / secondMs,
    retryAfterSeconds: Math.max(1, Math.ceil((until - now) / secondMs)),
  });
}

/** The end of the window that an instant is in, in epoch milliseconds. */
export const paceWindowEnd = (now: number): number => paceWindowOf(now) + paceWindowMs;

/** What a newsroom had written on a day when a request was counted: `written` events and changes. */
export interface PacePoint {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly written: number;
}

/** The points that say how fast a newsroom writes: those of the last window. */
export const recentPoints = (points: readonly PacePoint[], now: number): PacePoint[] =>
  points.filter(({ at }) => at > now - paceWindowMs);

/**
 * The error for a newsroom that wrote too much between two of these points, which are in order; null if it did not. It may write again when
 * the earlier one is out of the window.
 */
export function exceededPace(points: readonly PacePoint[], newsroom: string, now: number): PaceExceeded | null {
  const recent = recentPoints(points, now);
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last || last.written - first.written <= maximumPace) return null;
  return paceExceeded(newsroom, first.at + paceWindowMs, now);
}
