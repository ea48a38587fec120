import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Extent } from '../../../events/dates/extent.ts';
import { type Card, type CardFilters, orderOf } from '../../../events/timeline/card.ts';

type Item = Record<string, AttributeValue>;

/** An extent without what no query compares. */
type ShownExtent = Omit<Extent, 'precision'>;

/** What a read needs to know of a card to show it or not; of a tombstone, only whether it is newer than the reader's moment. */
export interface ShownCard {
  readonly eventId: string;
  readonly order: string;
  readonly publishedAt: string;
  /** Only on a past card: when it was superseded. */
  readonly publishedUntil?: string;
  /** Absent on a tombstone. */
  readonly content?: { readonly extent: ShownExtent; readonly filters: CardFilters; readonly entry: string };
}

const list = (values: readonly string[]): AttributeValue => ({ L: values.map((S) => ({ S })) });
const strings = (attribute: AttributeValue | undefined) => (attribute?.L ?? []).map(({ S }) => S as string);

/** The extent without its instants, which the sort key tells. */
function packed({ civilEarliest, civilLatest, kind, known }: Extent): string {
  return JSON.stringify([civilEarliest, civilLatest, kind, ...(known ? [known] : [])]);
}

function unpacked(text: string, order: string): ShownExtent {
  const [civilEarliest, civilLatest, kind, known] = JSON.parse(text);
  return { ...orderOf(order), civilEarliest, civilLatest, kind, ...(known && { known }) };
}

/**
 * The attributes of a card without its keys. Names are short since they are paid for with each copy: `r` revision, `n`
 * position, `at` publishedAt, `x` extent, `t` type, `u` status, `s` stories, `a` actors, `p` places, `m` topics, `e` entry.
 */
export function cardAttributes(card: Card): Item {
  const { filters, extent } = card;
  return {
    ...tombstoneAttributes(card),
    x: { S: packed(extent) },
    t: { S: filters.type },
    u: { S: filters.status },
    s: list(filters.stories),
    ...(filters.actors.length > 0 && { a: list(filters.actors) }),
    ...(filters.places.length > 0 && { p: list(filters.places) }),
    ...(filters.topics.length > 0 && { m: list(filters.topics) }),
    e: { S: card.entry },
  };
}

/** The attributes of what says that an event has left a place, as of a revision. */
export function tombstoneAttributes(of: Pick<Card, 'revision' | 'position' | 'publishedAt'>): Item {
  return { r: { N: String(of.revision) }, n: { N: String(of.position) }, at: { S: of.publishedAt } };
}

/** A card, past card or tombstone as stored; `order` is its sort key without span class and revision. */
export function shownCardOf(item: Item, order: string): ShownCard {
  const content = item.e && {
    extent: unpacked(item.x?.S as string, order),
    filters: {
      type: item.t?.S as string,
      status: item.u?.S as string,
      stories: strings(item.s),
      actors: strings(item.a),
      places: strings(item.p),
      topics: strings(item.m),
    },
    entry: item.e.S as string,
  };
  return {
    eventId: order.slice(order.lastIndexOf('#') + 1),
    order,
    publishedAt: item.at?.S as string,
    ...(item.until?.S && { publishedUntil: item.until.S }),
    ...(content && { content }),
  };
}
