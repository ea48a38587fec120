import * as z from 'zod';
import { dayMs } from './dates/durations.ts';
import { QuotaExceeded } from './input/errors.ts';

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

export const noAmounts: Amounts = { events: 0, changes: 0, bytes: 0 };

/**
 * What a newsroom may use a day, unless the stack or its own record says otherwise: far more than a large newsroom
 * reports, and at list prices 15 dollars at most.
 */
export const defaultLimits: Amounts = { events: 50_000, changes: 20_000, bytes: 1_024 ** 3 };

/** What a newsroom has used on a day, as far as it is known, and its limits. Days are those of UTC: `2026-11-27`. */
const dailyUseSchema = z.object({ day: z.string(), used: amountsSchema, limits: amountsSchema });

export type DailyUse = Readonly<z.infer<typeof dailyUseSchema>>;

/**
 * What an authorizer knew that a newsroom has used, from its JSON; null if it could not read that. For a minute after a
 * deployment, it may be what the authorizer of another release knew, which is null too.
 */
export function dailyUseOf(text: string | undefined): DailyUse | null {
  return text === undefined ? null : (dailyUseSchema.safeParse(JSON.parse(text)).data ?? null);
}

/** The day of UTC that an instant is on, as `2026-11-27`. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The larger of two amounts, quota by quota. Use only grows, so it is the later knowledge. */
export const mostOf = (one: Amounts, other: Amounts): Amounts => ({
  events: Math.max(one.events, other.events),
  changes: Math.max(one.changes, other.changes),
  bytes: Math.max(one.bytes, other.bytes),
});

/**
 * The error for the first of these quotas that is used up; null if none is. What is known of another day says nothing
 * about this one.
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
 * What a request counts: what it wrote, and the bytes that it sent or that were stored because of it, whichever are
 * more. A change of fifty bytes stores the whole event again.
 */
export function useOf({ events = 0, changes = 0, bytes = 0 }: Partial<Amounts>, sentBytes: number): Amounts {
  return { events, changes, bytes: Math.max(leastBytes, sentBytes, bytes) };
}

/**
 * What is counted for a request: of sixteen that write one event each, one, sixteen times. A batch of n is counted n
 * times as often, so that its events are as exact as single ones, and one of sixteen or more always. The mean is what
 * was used.
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
