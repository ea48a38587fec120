import { type KnownPace, paceAt, paceExceeded, triedPace } from '../../../events/pace.ts';
import type { Amounts } from '../../../events/quota.ts';
import { count } from '../runtime/observability.ts';

/** Beyond it, everything is forgotten: the authorizer knows it too, a minute later. */
const maximumNewsrooms = 1_000;

interface UseOfDay {
  readonly day: string;
  readonly used: Amounts;
}

/**
 * What this instance of a function has learned of newsrooms, each time that it counted a request: by then the
 * authorizer of the newsroom may have known less, for up to a minute.
 */
const uses = new Map<string, UseOfDay>();
const paces = new Map<string, KnownPace>();

function note<Known>(known: Map<string, Known>, newsroom: string, value: Known): void {
  if (known.size >= maximumNewsrooms) known.clear();
  known.set(newsroom, value);
}

/** Remembers what a newsroom has used on a day. */
export const noteUse = (newsroom: string, use: UseOfDay): void => note(uses, newsroom, use);

/** What this instance knows that a newsroom has used on a day; null if it knows nothing. */
export function knownUse(newsroom: string, day: string): Amounts | null {
  const use = uses.get(newsroom);
  return use?.day === day ? use.used : null;
}

/** Remembers how much a newsroom has written in a window. */
export const notePace = (newsroom: string, pace: KnownPace): void => note(paces, newsroom, pace);

/** What this instance knows that a newsroom has written in the window of an instant. @param now epoch milliseconds */
export const knownPace = (newsroom: string, now: number): KnownPace => paceAt(paces.get(newsroom), now);

/**
 * Lets a newsroom try events or changes in a dry run.
 *
 * @param now epoch milliseconds
 * @throws {PaceExceeded} if this instance has let it try as much in this window as it may write
 */
export function tryOut(newsroom: string, amount: number, now: number): void {
  const pace = triedPace(knownPace(newsroom, now), amount);
  if (!pace) {
    count('QuotaRefusals');
    throw paceExceeded(newsroom, now);
  }
  notePace(newsroom, pace);
}
