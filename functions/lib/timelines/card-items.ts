import * as z from 'zod';
import { type Extent, extentSchema } from '../../../events/dates/extent.ts';
import {
  type FilterDefinition,
  type FilterList,
  type FilterValues,
  filterLists,
  filterTable,
} from '../../../events/filters/filter-table.ts';
import { eventIdPattern } from '../../../events/identity.ts';
import { maximumCopiedEntryBytes } from '../../../events/input/limits.ts';
import { once } from '../../../events/input/once.ts';
import { type Card, endOrderOf, orderOf, orderOfEnd } from '../../../events/timeline/card.ts';
import type { PastCard, Slot } from '../../../events/timeline/projection.ts';
import { deflated, inflated } from '../runtime/compression.ts';
import { type Item, type ItemKey, jsonText, keyOfItem, storedItem, writeUnitBytes } from '../runtime/stored-item.ts';
import { cardSortKey, listKey, orderOfCard, orderOfPastCard, pastCardSortKey } from './timelines-table.ts';

const { civilEarliest, civilLatest, kind, known } = extentSchema.shape;

/** An extent without its instants, which are in the sort key, and without its precision, which no query compares. */
const daysList = z.tuple([civilEarliest, civilLatest, kind, known]);

const strings = z.array(z.string()).readonly();

type FilterAttribute = (typeof filterTable)[FilterList]['attribute'];
type AttributeValue = string | readonly string[] | undefined;
type AttributeValues = { readonly [attribute in FilterAttribute]: AttributeValue };

const attributeSchemas: Readonly<Record<FilterDefinition['count'], z.ZodType<AttributeValue>>> = {
  one: z.string(),
  some: strings,
  any: strings.exactOptional(),
};

/** The attributes that filters compare. The table of filters names them. */
const filterAttributes = Object.fromEntries(
  filterLists.map((list) => [filterTable[list].attribute, attributeSchemas[filterTable[list].count]]),
) as { [attribute in FilterAttribute]: z.ZodType<AttributeValue> };

/** Revision, position and publishedAt. Names are short, since they are stored with every copy of a card. */
const placeFields = { r: z.int(), n: z.int(), at: z.string() };

const cardFields = {
  ...placeFields,
  x: jsonText(daysList),
  ...filterAttributes,
  /**
   * The entry as JSON text, which is joined into answers without being parsed; absent if it is large. Its first members
   * are left out if they are what the key and the other attributes say: then it begins with a comma. See record 86.
   */
  e: z.string().exactOptional(),
  /**
   * Instead of a text with which the card would take another write unit: the text by raw DEFLATE (RFC 1951); see record
   * 73.
   */
  z: z.instanceof(Uint8Array).exactOptional(),
  /** Instead of a large entry: the bytes that its text takes in an answer. The revision in the log has the content. */
  l: z.int().exactOptional(),
};

/**
 * Version 1 had the entry in every card, however large. Versions 1 and 2 had no compressed text, and versions 1 to 3 no
 * text without its first members.
 */
const cardSchema = once(() => z.object(cardFields));
const cards = storedItem({
  kind: 'card',
  version: 4,
  schema: cardSchema,
  earlier: { 1: cardSchema, 2: cardSchema, 3: cardSchema },
});
/** `until` is the publishedAt of the revision that replaced the card. */
const pastCardSchema = once(() => cardSchema().extend({ until: z.string() }));
/**
 * Versions 1 and 2 were sorted by revision. Version 3 had no compressed text, and version 4 none without its first
 * members.
 */
const pastCards = storedItem({
  kind: 'past card',
  version: 5,
  schema: pastCardSchema,
  earlier: { 3: pastCardSchema, 4: pastCardSchema },
});
const tombstones = storedItem({ kind: 'tombstone', version: 1, schema: () => z.object(placeFields) });

/** A card, a past card or a tombstone as a read needs it. */
export interface ShownCard {
  readonly eventId: string;
  readonly revision: number;
  readonly position: number;
  readonly order: string;
  /** Its place in the list that it was read from: the order, or in a list by end the order by end. */
  readonly place: string;
  readonly publishedAt: string;
  /** Of a past card only: the publishedAt of the revision that replaced it. */
  readonly publishedUntil?: string;
  /** Absent on a tombstone. */
  readonly content?: {
    readonly extent: Omit<Extent, 'precision'>;
    readonly filters: FilterValues;
    /** The entry as JSON text; null if it is large: the revision in the log has it. */
    readonly entry: string | null;
    /** The size of what is stored of the entry. */
    readonly storedBytes: number;
    /** The bytes that the text of the entry takes in an answer, if it is large. */
    readonly largeBytes: number;
  };
}

const eventIdOf = (order: string) => order.slice(order.lastIndexOf('#') + 1);

function daysOf({ civilEarliest, civilLatest, kind, known }: Extent): z.infer<typeof daysList> {
  return known ? [civilEarliest, civilLatest, kind, known] : [civilEarliest, civilLatest, kind];
}

function attributesOf(filters: FilterValues): AttributeValues {
  return Object.fromEntries(
    filterLists.flatMap((list): [FilterAttribute, AttributeValue][] => {
      const { attribute, count } = filterTable[list];
      const values = filters[list];
      if (count === 'any' && values.length === 0) return [];
      return [[attribute, count === 'one' ? values[0] : values]];
    }),
  ) as AttributeValues;
}

/** The last text that was compressed: a card is stored in several facets, one after the other. */
let last: { readonly text: string; readonly compressed: Uint8Array<ArrayBuffer> } = {
  text: '',
  compressed: new Uint8Array(),
};

function compressed(text: string): Uint8Array<ArrayBuffer> {
  if (last.text !== text) last = { text, compressed: deflated(text) };
  return last.compressed;
}

/** What a card says of its event besides the text of the entry. */
interface SaidOfEntry {
  readonly eventId: string;
  readonly revision: number;
  readonly position: number;
  readonly publishedAt: string;
  readonly filters: Pick<FilterValues, 'newsrooms' | 'types' | 'stories'>;
}

/** The first members of an entry as JSON text, without the end of the object. What a card does not say is left out. */
function firstMembers({ eventId, revision, position, publishedAt, filters }: SaidOfEntry): string {
  const [newsroom, type, story] = [filters.newsrooms[0], filters.types[0], filters.stories[0]];
  return JSON.stringify({ id: eventId, revision, position, publishedAt, newsroom, type, story }).slice(0, -1);
}

/** The text of an entry as a card stores it: without its first members, if they are what the card says. */
function shortened(entry: string, said: SaidOfEntry): string {
  const first = firstMembers(said);
  return entry.startsWith(`${first},`) ? entry.slice(first.length) : entry;
}

/** The text of an entry from what a card stores of it. */
const lengthened = (stored: string, said: SaidOfEntry): string =>
  stored.startsWith(',') ? firstMembers(said) + stored : stored;

/** The text of a card in an attribute: as it is if the card takes one write unit with it, else compressed. */
function textField(text: string, others: object): { e: string } | { z: Uint8Array<ArrayBuffer> } {
  // As JSON, attributes take a few bytes more than in the table.
  const bytes = Buffer.byteLength(JSON.stringify(others)) + Buffer.byteLength(text);
  return bytes <= writeUnitBytes ? { e: text } : { z: compressed(text) };
}

/**
 * What a card stores. A card by end never has a copy of the entry: it is read for the few events that go on in a range.
 */
function fieldsOf(key: ItemKey, card: Card, byEnd: boolean) {
  const { revision, position, publishedAt, extent, filters, entry } = card;
  const fields = { r: revision, n: position, at: publishedAt, x: daysOf(extent), ...attributesOf(filters) };
  if (byEnd || Buffer.byteLength(entry) > maximumCopiedEntryBytes)
    return { ...fields, l: Buffer.byteLength(JSON.stringify(entry)) };
  return { ...fields, ...textField(shortened(entry, card), { ...key, ...fields }) };
}

type CardFields = ReturnType<typeof cards.read>;

const noValues: readonly string[] = [];

/** The values of a filter, which an attribute has as a list, alone, or not at all. */
const valuesOf = (attribute: AttributeValue): readonly string[] =>
  attribute === undefined ? noValues : typeof attribute === 'string' ? [attribute] : attribute;

/**
 * What a card shows. Pages read many cards to show few: one object each, with no more in it than a read compares, takes
 * half the time of one that is put together from parts.
 */
class CardContent {
  readonly extent: Omit<Extent, 'precision'>;
  readonly filters: FilterValues;
  readonly storedBytes: number;
  readonly largeBytes: number;
  readonly #fields: CardFields;
  readonly #eventId: string;
  #entry: string | null | undefined;

  constructor(fields: CardFields, order: string, eventId: string) {
    const { x, e, z, l = 0 } = fields;
    const { earliest, latest } = orderOf(order);
    const [civilEarliest, civilLatest, kind, known] = x;
    const extent = { earliest, latest, civilEarliest, civilLatest, kind };
    this.extent = known ? { ...extent, known } : extent;
    const filters: { [list in FilterList]?: readonly string[] } = {};
    for (const list of filterLists) filters[list] = valuesOf(fields[filterTable[list].attribute]);
    this.filters = filters as FilterValues;
    this.storedBytes = e?.length ?? z?.length ?? 0;
    this.largeBytes = l;
    this.#fields = fields;
    this.#eventId = eventId;
  }

  /** Made when it is first used: of many cards that are read, few may be shown. */
  get entry(): string | null {
    this.#entry ??= this.#entryText();
    return this.#entry;
  }

  #entryText(): string | null {
    const { r: revision, n: position, at: publishedAt, e, z } = this.#fields;
    const stored = z === undefined ? e : inflated(z);
    if (stored === undefined) return null;
    return lengthened(stored, { eventId: this.#eventId, revision, position, publishedAt, filters: this.filters });
  }
}

/** The lists that have a card: the one by start, and for a long span the one by end. */
export const listsOf = (card: Card): boolean[] => (endOrderOf(card) === null ? [false] : [false, true]);

/** The sort key of a card in a list, without the class. */
const orderIn = (card: Card, byEnd: boolean) => (byEnd ? (endOrderOf(card) as string) : card.order);

const cardKey = (generation: string, { facet, card }: Slot, byEnd: boolean) => ({
  pk: listKey(generation, facet, { past: false, byEnd }),
  sk: cardSortKey(card.spanClass, orderIn(card, byEnd)),
});

/** A card in one of its facets, in the list by start or by end. */
export function cardItem(generation: string, slot: Slot, byEnd = false): Item {
  const key = cardKey(generation, slot, byEnd);
  return cards.write(key, fieldsOf(key, slot.card, byEnd));
}

/** A card that a later revision replaced. */
export function pastCardItem(generation: string, { facet, card, publishedUntil }: PastCard, byEnd = false): Item {
  const sk = pastCardSortKey(card.spanClass, orderIn(card, byEnd), card.publishedAt);
  const pk = listKey(generation, facet, { past: true, byEnd });
  return pastCards.write({ pk, sk }, { ...fieldsOf({ pk, sk }, card, byEnd), until: publishedUntil });
}

/** The tombstone that replaces a card when a revision moves its event away or retracts it. */
export function tombstoneItem(
  generation: string,
  slot: Slot,
  { revision, position, publishedAt }: Pick<Card, 'revision' | 'position' | 'publishedAt'>,
  byEnd = false,
): Item {
  return tombstones.write(cardKey(generation, slot, byEnd), { r: revision, n: position, at: publishedAt });
}

/** Whether an item that may be a card is a tombstone. */
export const isTombstone = ({ e, z, l }: Item): boolean => (e ?? z ?? l) === undefined;

/** An item with the whole text of its entry, however it is stored. */
export function withWholeText({ z, e, ...item }: Item): Item {
  const stored = z?.B === undefined ? e?.S : inflated(z.B);
  if (stored === undefined) return item;
  const valuesIn = (list: FilterList): string[] => {
    const { S, L } = item[filterTable[list].attribute] ?? {};
    return S === undefined ? (L ?? []).flatMap(({ S }) => S ?? []) : [S];
  };
  const said = {
    eventId:
      keyOfItem(item)
        .sk.split('#')
        .find((part) => eventIdPattern.test(part)) ?? '',
    revision: Number(item.r?.N),
    position: Number(item.n?.N),
    publishedAt: item.at?.S ?? '',
    filters: { newsrooms: valuesIn('newsrooms'), types: valuesIn('types'), stories: valuesIn('stories') },
  };
  return { ...item, e: { S: lengthened(stored, said) } };
}

/** A card or a tombstone. */
export function cardOfItem(item: Item, byEnd = false): ShownCard {
  const place = orderOfCard(keyOfItem(item).sk);
  const order = byEnd ? orderOfEnd(place) : place;
  const eventId = eventIdOf(order);
  if (isTombstone(item)) {
    const { r: revision, n: position, at: publishedAt } = tombstones.read(item);
    return { eventId, revision, position, order, place, publishedAt };
  }
  const card = cards.read(item);
  const { r: revision, n: position, at: publishedAt } = card;
  return { eventId, revision, position, order, place, publishedAt, content: new CardContent(card, order, eventId) };
}

/** A past card. */
export function pastCardOfItem(item: Item, byEnd = false): ShownCard {
  const place = orderOfPastCard(keyOfItem(item).sk);
  const order = byEnd ? orderOfEnd(place) : place;
  const card = pastCards.read(item);
  const eventId = eventIdOf(order);
  return {
    eventId,
    revision: card.r,
    position: card.n,
    order,
    place,
    publishedAt: card.at,
    publishedUntil: card.until,
    content: new CardContent(card, order, eventId),
  };
}
