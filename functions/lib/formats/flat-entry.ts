import type * as z from 'zod';
import type { quantitySchema } from '../../../events/catalogue/fields/quantity.ts';
import { permalink } from '../http/links.ts';
import { firstDayOf, lastDayOf, sidesOf } from '../words/local-date.ts';
import { actorsOf, certaintyIn, languageOf, placesOf, type ShownEntry } from './entry.ts';
import type { TimelineDocument } from './format.ts';

type Value = string | number | null;
type Quantity = z.infer<typeof quantitySchema>;

const namesOf = (names: readonly string[]) => [...new Set(names)].join('; ') || null;

/** The field `quantity`, which some types have. Figures in other fields count something else. */
function quantityOf({ data }: ShownEntry): Partial<Quantity> {
  return 'quantity' in data ? (data.quantity as Quantity) : {};
}

/**
 * The columns of a table, and how to read each from an entry. Names are separated by `; `, addresses and codes by a space. The
 * headings are such that databases and mapping tools keep them as they are.
 */
const fields = {
  url: ({ id }, { origin }) => permalink(origin, id),
  headline: ({ data }) => data.headline,
  summary: ({ data }) => data.summary ?? null,
  language: languageOf,
  type: ({ type }) => type,
  story: ({ story }) => story,
  status: ({ data }) => data.status,
  // Null without a range: it is about the range only.
  certainty: certaintyIn,
  edtf: ({ when }) => when.edtf,
  tz: ({ when }) => when.tz,
  kind: ({ when }) => when.kind,
  precision: ({ when }) => when.precision,
  // Civil dates where it happened, and instants. Null if open or unknown.
  first_day: ({ when }) => firstDayOf(sidesOf(when).start),
  last_day: ({ when }) => lastDayOf(sidesOf(when).end),
  earliest: ({ when }) => when.earliest,
  latest: ({ when }) => when.latest,
  actors: (entry) => namesOf(actorsOf(entry).map(({ name }) => name)),
  places: (entry) => namesOf(placesOf(entry).map(({ name }) => name)),
  quantity_low: (entry) => quantityOf(entry).low ?? null,
  quantity_best: (entry) => quantityOf(entry).best ?? null,
  quantity_high: (entry) => quantityOf(entry).high ?? null,
  quantity_qualifier: (entry) => quantityOf(entry).qualifier ?? null,
  quantity_unit: (entry) => quantityOf(entry).unit ?? null,
  topics: ({ data }) => data.topics?.join(' ') || null,
  publishers: ({ data }) => namesOf(data.sources.map(({ publisher }) => publisher)),
  sources: ({ data }) => data.sources.map(({ url }) => url).join(' '),
  newsroom: ({ newsroom }) => newsroom,
  revision: ({ revision }) => revision,
  position: ({ position }) => position,
  published_at: ({ publishedAt }) => publishedAt,
  correction_note: ({ correction }) => correction?.note ?? null,
  corrected_at: ({ correction }) => correction?.at ?? null,
} satisfies Record<string, (entry: ShownEntry, document: TimelineDocument) => Value>;

/** The names of the fields of a flat entry, in their order. */
export const flatFields: readonly string[] = Object.keys(fields);

/** An entry as one flat record, for tables and maps. */
export const flatEntry = (entry: ShownEntry, document: TimelineDocument): Record<string, Value> =>
  Object.fromEntries(Object.entries(fields).map(([name, read]) => [name, read(entry, document)]));
