import type { Amounts } from '../../../events/quota.ts';

/** Beyond it, everything is forgotten: the authorizer knows it too, a minute later. */
const maximumNewsrooms = 1_000;

interface UseOfDay {
  readonly day: string;
  readonly used: Amounts;
}

/**
 * What this instance of a function has learned of newsrooms, each time that it counted a request: by then the authorizer of the newsroom
 * may have known less, for up to a minute.
 */
const uses = new Map<string, UseOfDay>();

/** Remembers what a newsroom has used on a day. */
export function noteUse(newsroom: string, use: UseOfDay): void {
  if (uses.size >= maximumNewsrooms) uses.clear();
  uses.set(newsroom, use);
}

/** What this instance knows that a newsroom has used on a day; null if it knows nothing. */
export function knownUse(newsroom: string, day: string): Amounts | null {
  const use = uses.get(newsroom);
  return use?.day === day ? use.used : null;
}
