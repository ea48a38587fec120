import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as z from 'zod';
import { type Extent, extentSchema } from '../../../events/dates/extent.ts';
import {
  type FilterDefinition,
  type FilterList,
  type FilterValues,
  filterLists,
  filterTable,
} from '../../../events/filters/filter-table.ts';
import { maximumCopiedEntryBytes } from '../../../events/input/limits.ts';
import { type Card, endOrderOf, orderOf, orderOfEnd } from '../../../events/timeline/card.ts';
import type { PastCard, Slot } from '../../../events/timeline/projection.ts';
import { type Item, jsonText, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { cardSortKey, listKey, orderOfCard, orderOfPastCard, pastCardSortKey } from './timelines-table.ts';

const { civilEarliest, civilLatest, kind, known } = extentSchema.shape;

/** A card has some 280 bytes besides the text of its entry. With a text up to this size it takes one write unit (1 KB). */
const uncompressedEntryBytes = 740;

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
  /** The entry as JSON text, which is joined into answers without being parsed; absent if it is large. */
  e: z.string().exactOptional(),
  /** Instead of a text that would take another write unit: the text by raw DEFLATE (RFC 1951); see record 73. */
  z: z.instanceof(Uint8Array).exactOptional(),
  /** Instead of a large entry: the bytes that its text takes in an answer. The revision in the log has the content. */
  l: z.int().exactOptional(),
};

/** Version 1 had the entry in every card, however large. Versions 1 and 2 had no compressed text. */
const cardSchema = z.object(cardFields);
const cards = storedItem({ kind: 'card', version: 3, schema: cardSchema, earlier: { 1: cardSchema, 2: cardSchema } });
/** `until` is the publishedAt of the revision that replaced the card. */
const pastCardSchema = cardSchema.extend({ until: z.string() });
/** Versions 1 and 2 were sorted by revision. Version 3 had no compressed text. */
const pastCards = storedItem({ kind: 'past card', version: 4, schema: pastCardSchema, earlier: { 3: pastCardSchema } });
const tombstones = storedItem({ kind: 'tombstone', version: 1, schema: z.object(placeFields) });

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
  if (last.text !== text) last = { text, compressed: deflateRawSync(text) };
  return last.compressed;
}

/** The text of an entry in a card: as it is where the card takes one write unit, else compressed. */
function textFields(entry: string): { e: string } | { z: Uint8Array<ArrayBuffer> } {
  return Buffer.byteLength(entry) <= uncompressedEntryBytes ? { e: entry } : { z: compressed(entry) };
}

/** What a card stores. A card by end never has a copy of the entry: it is read for the few events that go on in a range. */
function fieldsOf({ revision, position, publishedAt, extent, filters, entry }: Card, byEnd: boolean) {
  const isCopied = !byEnd && Buffer.byteLength(entry) <= maximumCopiedEntryBytes;
  return {
    r: revision,
    n: position,
    at: publishedAt,
    x: daysOf(extent),
    ...attributesOf(filters),
    ...(isCopied ? textFields(entry) : { l: Buffer.byteLength(JSON.stringify(entry)) }),
  };
}

type CardFields = ReturnType<typeof cards.read>;

const noValues: readonly string[] = [];

/** The values of a filter, which an attribute has as a list, alone, or not at all. */
const valuesOf = (attribute: AttributeValue): readonly string[] =>
  attribute === undefined ? noValues : typeof attribute === 'string' ? [attribute] : attribute;

/**
 * What a card shows. Pages read many cards to show few: one object each, with no more in it than a read compares, takes half the time
 * of one that is put together from parts.
 */
class CardContent {
  readonly extent: Omit<Extent, 'precision'>;
  readonly filters: FilterValues;
  readonly storedBytes: number;
  readonly largeBytes: number;
  #text: string | null;
  readonly #compressed: Uint8Array | undefined;

  constructor(fields: CardFields, order: string) {
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
    this.#text = e ?? null;
    this.#compressed = z;
  }

  /** Compressed text is made plain when it is first used: of many cards that are read, few may be shown. */
  get entry(): string | null {
    if (this.#text === null && this.#compressed) this.#text = inflateRawSync(this.#compressed).toString();
    return this.#text;
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
  return cards.write(cardKey(generation, slot, byEnd), fieldsOf(slot.card, byEnd));
}

/** A card that a later revision replaced. */
export function pastCardItem(generation: string, { facet, card, publishedUntil }: PastCard, byEnd = false): Item {
  const sk = pastCardSortKey(card.spanClass, orderIn(card, byEnd), card.publishedAt);
  const pk = listKey(generation, facet, { past: true, byEnd });
  return pastCards.write({ pk, sk }, { ...fieldsOf(card, byEnd), until: publishedUntil });
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

/** An item with the text of its entry as it was before it was compressed. */
export const withPlainText = ({ z, ...item }: Item): Item =>
  z?.B === undefined ? item : { ...item, e: { S: inflateRawSync(z.B).toString() } };

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
  return { eventId, revision, position, order, place, publishedAt, content: new CardContent(card, order) };
}

/** A past card. */
export function pastCardOfItem(item: Item, byEnd = false): ShownCard {
  const place = orderOfPastCard(keyOfItem(item).sk);
  const order = byEnd ? orderOfEnd(place) : place;
  const card = pastCards.read(item);
  return {
    eventId: eventIdOf(order),
    revision: card.r,
    position: card.n,
    order,
    place,
    publishedAt: card.at,
    publishedUntil: card.until,
    content: new CardContent(card, order),
  };
}
