import { parseRange } from '../../../../events/dates/range.ts';
import type { SpanClass } from '../../../../events/dates/span-class.ts';
import { readCardsAfter } from '../../timelines/cards.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import { compareOrders } from './card-reader.ts';
import { type Match, matchesIn, type PageRequest, readMatches } from './matches.ts';
import type { Snapshot } from './snapshot.ts';

/** The entries of so many facets are remembered: about 2 MB each, if they are a thousand. */
const facetsFollowed = 8;

/** All entries of a facet as of a moment of the record. */
interface Followed {
  /** What changes when the timelines change without the feed growing. */
  readonly state: string;
  /** RFC 3339. */
  readonly moment: string;
  readonly matches: readonly Match[];
}

const followed = new Map<string, Followed>();

const byOrder = compareOrders(false);

/**
 * The entries of a facet as of a later moment: those that were known, without what has changed since, and what that is
 * now. Whatever changes an entry writes its card or a tombstone, at the same key, with when it was published.
 *
 * @returns null if they must be read anew
 */
async function broughtForward(
  { moment: since, matches }: Followed,
  head: FacetHead,
  request: PageRequest,
): Promise<readonly Match[] | null> {
  const { generation, asOf, consistency } = request;
  if (since > asOf) return null;
  if (since === asOf) return matches;
  const classes = Object.keys(head.classes) as SpanClass[];
  const changed = await Promise.all(
    classes.map((spanClass) => readCardsAfter(generation, head.facet, spanClass, since, consistency)),
  );
  const cards = changed.flatMap((ofClass) => ofClass ?? []);
  // What was shown instead of a newer card is among the past cards.
  if (changed.includes(null) || cards.some(({ publishedAt }) => publishedAt > asOf)) return null;
  const orders = new Set(cards.map(({ order }) => order));
  const now = [...matches.filter(({ order }) => !orders.has(order)), ...matchesIn(cards, request)];
  // The head counts what is in the facet.
  if (now.length !== head.entries || now.length > request.limit) return null;
  return now.sort((one, other) => byOrder(one.order, other.order));
}

/** Remembers the entries of a facet, unless later ones are remembered. */
function follow(facet: string, now: Followed): void {
  const before = followed.get(facet);
  if (before?.state === now.state && before.moment > now.moment) return;
  followed.delete(facet);
  followed.set(facet, now);
  const [oldest] = followed.keys();
  if (followed.size > facetsFollowed && oldest !== undefined) followed.delete(oldest);
}

/**
 * The entries of a facet as of the moment of a snapshot, in order, up to a limit. If those of an earlier moment are
 * remembered, only what has been published since is parsed: reading a thousand cards takes ten times the processor time
 * of a page.
 */
export async function followedMatches(
  head: FacetHead,
  { checkpoint, moment, consistency }: Pick<Snapshot, 'checkpoint' | 'moment' | 'consistency'>,
  limit: number,
): Promise<{ readonly matches: readonly Match[]; readonly isComplete: boolean }> {
  const { generation, repairs } = checkpoint;
  const state = `${generation} ${repairs}`;
  const request: PageRequest = {
    generation,
    heads: [head],
    accepts: () => true,
    range: parseRange({}),
    descending: false,
    limit,
    asOf: moment,
    after: null,
    consistency,
  };
  const before = followed.get(head.facet);
  const known = before?.state === state ? await broughtForward(before, head, request) : null;
  if (known) {
    follow(head.facet, { state, moment, matches: known });
    return { matches: known, isComplete: true };
  }
  const { matches, next } = await readMatches(request);
  const isComplete = next === null;
  if (isComplete) follow(head.facet, { state, moment, matches });
  return { matches, isComplete };
}
