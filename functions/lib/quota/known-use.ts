import { type Amounts, type PacePoint, recentPoints } from '../../../events/quota.ts';

/** Beyond it, everything is forgotten: the authorizer knows it too, a minute later. */
const maximumNewsrooms = 1_000;

interface UseOfDay {
  readonly day: string;
  readonly used: Amounts;
}

interface KnownUse extends UseOfDay {
  /** What had been written each time, of the last seconds. */
  readonly points: readonly PacePoint[];
}

/**
 * What this instance of a function has learned of newsrooms, each time that it counted a request: by then the authorizer of the newsroom
 * may have known less, for up to a minute.
 */
const uses = new Map<string, KnownUse>();

/** Remembers what a newsroom has used on a day. @param now epoch milliseconds */
export function noteUse(newsroom: string, use: UseOfDay, now: number): void {
  if (uses.size >= maximumNewsrooms) uses.clear();
  const before = uses.get(newsroom);
  const points = before?.day === use.day ? recentPoints(before.points, now) : [];
  const written = use.used.events + use.used.changes;
  uses.set(newsroom, { ...use, points: [...points, { at: now, written }] });
}

/** What this instance knows that a newsroom has used on a day; null if it knows nothing. */
export function knownUse(newsroom: string, day: string): KnownUse | null {
  const use = uses.get(newsroom);
  return use?.day === day ? use : null;
}
