import { type CellValue, typeCells, typeColumns } from '../facts/columns.ts';
import { permalink } from '../http/links.ts';
import { firstDayOf, lastDayOf, sidesOf } from '../words/local-date.ts';
import { actorsOf, certaintyIn, languageOf, placesOf, type ShownEntry } from './entry.ts';
import type { TimelineDocument } from './format.ts';

const namesOf = (names: readonly string[]) => [...new Set(names)].join('; ') || null;

/**
 * The columns of a table, and how to read each from an entry. Names are separated by `; `, addresses and codes by a
 * space. The headings are such that databases and mapping tools keep them as they are.
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
  topics: ({ data }) => data.topics?.join(' ') || null,
  publishers: ({ data }) => namesOf(data.sources.map(({ publisher }) => publisher)),
  sources: ({ data }) => data.sources.map(({ url }) => url).join(' '),
  newsroom: ({ newsroom }) => newsroom,
  revision: ({ revision }) => revision,
  position: ({ position }) => position,
  published_at: ({ publishedAt }) => publishedAt,
  correction_note: ({ correction }) => correction?.note ?? null,
  corrected_at: ({ correction }) => correction?.at ?? null,
  stories: ({ data }) => data.stories?.join(' ') || null,
  related: ({ related = [] }) => related.map(({ rel, id }) => `${rel} ${id}`).join('; ') || null,
} satisfies Record<string, (entry: ShownEntry, document: TimelineDocument) => CellValue>;

/** Columns that a format adds. */
const added = ['id', 'latitude', 'longitude'];

const taken: ReadonlySet<string> = new Set([...Object.keys(fields), ...added]);

/** The name of the column of a field, which no other column has. */
const freeName = (name: string) => (taken.has(name) ? `data_${name}` : name);

/**
 * The names of the fields of a flat entry, in their order: first those that every entry has, then those that follow
 * from the catalogue, so that a new type adds columns at the end.
 */
export const entryFields: readonly string[] = Object.keys(fields);
export const flatTypeFields: readonly string[] = typeColumns.map(freeName);

/** An entry as one flat record, for tables and maps. It has the fields of its own type only. */
export const flatEntry = (entry: ShownEntry, document: TimelineDocument): Record<string, CellValue> =>
  Object.fromEntries([
    ...Object.entries(fields).map(([name, read]) => [name, read(entry, document)] as const),
    ...typeCells(entry).map(([name, value]) => [freeName(name), value] as const),
  ]);
