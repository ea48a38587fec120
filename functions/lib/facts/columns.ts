import { catalogue } from '../../../events/catalogue/index.ts';
import type { Entry } from '../../../events/timeline/entry-schema.ts';
import { type Field, ownFieldsOf, type Shape, sharedFields } from './field-shape.ts';

/** A value in a table. */
export type CellValue = string | number | boolean | null;

/** A column of a table, and how to read it from the data of an event. */
interface Column {
  readonly name: string;
  readonly read: (data: unknown) => CellValue;
}

/** Between the values of a list. */
const separator = '; ';

const snakeCase = (name: string) => name.replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2').toLowerCase();

const memberOf = (name: string) => (value: unknown) =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

function cellOf(value: unknown): CellValue {
  if (value === undefined || value === null) return null;
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

/** The columns of a value in an object with certain members. */
const partsOf = (prefix: string, names: readonly string[]): Column[] =>
  names.map((name) => {
    const member = memberOf(name);
    return { name: `${prefix}_${name}`, read: (value) => cellOf(member(value)) };
  });

const nameMember = memberOf('name');
const nameOf = (value: unknown): CellValue => cellOf(nameMember(value));

/** The same column of a list. The values keep their places: between two separators there may be none. */
const ofList = ({ name, read }: Column): Column => ({
  name,
  read: (list) => {
    const cells = Array.isArray(list) ? list.map(read) : [];
    return cells.every((cell) => cell === null) ? null : cells.map((cell) => cell ?? '').join(separator);
  },
});

function columnsOf(shape: Shape, prefix: string): Column[] {
  switch (shape.kind) {
    case 'actor':
      return [{ name: prefix, read: nameOf }, ...partsOf(prefix, ['role'])];
    case 'place':
      return [{ name: prefix, read: nameOf }];
    case 'quantity':
      return partsOf(prefix, ['low', 'best', 'high', 'qualifier', 'unit']);
    case 'list':
      return columnsOf(shape.item, prefix).map(ofList);
    case 'group':
      return columnsIn(shape.fields, `${prefix}_`);
    default:
      return [{ name: prefix, read: cellOf }];
  }
}

function columnsIn(fields: readonly Field[], prefix = ''): Column[] {
  return fields.flatMap(({ name, shape }) => {
    const member = memberOf(name);
    return columnsOf(shape, `${prefix}${snakeCase(name)}`).map(({ name: column, read }) => ({
      name: column,
      read: (value: unknown) => read(member(value)),
    }));
  });
}

const shared = columnsIn(sharedFields);
const byType = new Map(Object.keys(catalogue).map((type) => [type, [...shared, ...columnsIn(ownFieldsOf(type))]]));

/**
 * The names of the columns for the fields of all types, each once: first those that every event may have, then those of
 * the types in the order of the catalogue. A field of the same name has the same columns in all types.
 */
export const typeColumns: readonly string[] = [
  ...new Set([...shared, ...[...byType.values()].flat()].map(({ name }) => name)),
];

/** The cells of the columns that an event of its type can have. */
export const typeCells = ({ type, data }: Pick<Entry, 'type' | 'data'>): [name: string, value: CellValue][] =>
  (byType.get(type) ?? shared).map(({ name, read }) => [name, read(data)]);
