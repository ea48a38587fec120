import { createHash } from 'node:crypto';
import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { parseEvent } from '../../../events/event.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { valueAt } from '../../../events/input/pointer.ts';
import { CommandFailure } from '../../terminal/cli.ts';
import type { Line } from '../read-lines.ts';
import { cellValue, InvalidCell } from './cell-value.ts';
import { columnAt } from './column-at.ts';
import { type DateReading, dateOfTexts } from './date-of-text.ts';
import { type Column, columnsOf, type DatePart, type Mapping } from './mapping.ts';
import { Problems, type Row, type Table } from './table.ts';

interface IdSource {
  /** The column with the ids. Default: that of the mapping. */
  readonly idColumn?: string | undefined;
  /** Whether rows without an id get one that is computed from their content. */
  readonly fromContent?: boolean | undefined;
}

/** The events of a table, the columns that they are from, and how many rows were left out, as the mapping says. */
export interface TableEvents {
  readonly lines: readonly Line[];
  readonly columns: readonly Column[];
  readonly skipped: number;
}

const zonePointer = '/data/when/tz';
const datePointer = '/data/when/edtf';
/** Parts of a date that is spread over columns. */
const spread = { start: ['year', 'month', 'day', 'time'], end: ['endYear', 'endMonth', 'endDay', 'endTime'] } as const;

const tokensOf = (pointer: string) =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

const isIndex = (token: string) => /^(0|[1-9]\d?)$/.test(token);

type Container = Record<string, unknown>;

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** Puts a value at a pointer. Numbers make lists. @returns whether there was room: no text or number is on the way */
function put(event: Container, pointer: string, value: unknown): boolean {
  const tokens = tokensOf(pointer);
  const last = tokens.pop() ?? '';
  let place: Container = event;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1] ?? last;
    if (!Object.hasOwn(place, token)) place[token] = isIndex(next) ? [] : {};
    const inside = place[token];
    if (!isContainer(inside)) return false;
    place = inside;
  }
  if (Array.isArray(place) && !isIndex(last)) return false;
  place[last] = value;
  return true;
}

/** Closes the gaps of lists that items without cells leave. */
function withoutGaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutGaps);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutGaps(member)]));
}

/** The list item that a pointer is in, such as /data/media/0; undefined if it is in none. */
const itemOf = (pointer: string) => /^(.*?\/\d+)\//.exec(pointer)?.[1];

/**
 * Whether a default applies: the event has no value there, and the list item that it is for is in the row, if columns
 * fill it.
 */
function isWanted(event: Container, pointer: string, columns: readonly Column[]): boolean {
  if (valueAt(event, pointer) !== undefined) return false;
  const item = itemOf(pointer);
  if (item === undefined || !columns.some(({ to }) => to.startsWith(`${item}/`))) return true;
  return valueAt(event, item) !== undefined;
}

/** The columns of one date. */
interface DateColumns {
  readonly to: string;
  readonly byPart: ReadonlyMap<DatePart, Column>;
}

function datesOf(columns: readonly Column[]): DateColumns[] {
  const dates = columns.filter(({ type }) => type === 'date');
  return [...new Set(dates.map(({ to }) => to))].map((to) => ({
    to,
    byPart: new Map(dates.filter((column) => column.to === to).map((column) => [column.part, column])),
  }));
}

class RowReader {
  readonly #row: Row;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #problems: Problems;
  hasProblem = false;

  constructor(row: Row, indices: ReadonlyMap<string, number>, problems: Problems) {
    this.#row = row;
    this.#indices = indices;
    this.#problems = problems;
  }

  refuse(detail: string, column?: string): undefined {
    this.hasProblem = true;
    this.#problems.add({ line: this.#row.line, ...(column !== undefined && { column }), detail });
  }

  cell(name: string | undefined): string {
    return name === undefined ? '' : (this.#row.cells[this.#indices.get(name) ?? -1] ?? '');
  }

  value(column: Column, reading: DateReading): unknown {
    try {
      return cellValue(this.cell(column.name), column, reading);
    } catch (error) {
      if (!(error instanceof InvalidCell)) throw error;
      return this.refuse(error.message, column.name);
    }
  }

  /** The start or the end of a date, from one column or from its parts. */
  side(byPart: DateColumns['byPart'], side: 'start' | 'end', reading: DateReading): string | undefined {
    const whole = byPart.get(side);
    if (whole) return this.value(whole, reading) as string | undefined;
    const [year, month, day, time] = spread[side].map((part) => byPart.get(part)?.name);
    try {
      const texts = { year: this.cell(year), month: this.cell(month), day: this.cell(day), time: this.cell(time) };
      return dateOfTexts(texts, reading);
    } catch (error) {
      if (!(error instanceof EdtfError)) throw error;
      return this.refuse(error.message, year ?? month ?? day ?? time);
    }
  }

  date({ byPart }: DateColumns, reading: DateReading): string | undefined {
    const [start, end] = [this.side(byPart, 'start', reading), this.side(byPart, 'end', reading)];
    if (end === undefined || end === start) return start;
    const endColumn = (byPart.get('end') ?? byPart.get('endYear'))?.name;
    if (start === undefined) return this.hasProblem ? undefined : this.refuse('Has an end, but no start.', endColumn);
    if (`${start}${end}`.includes('/'))
      return this.refuse('Has an end, but its start or its end is a span already.', endColumn);
    return `${start}/${end}`;
  }
}

function eventOf(row: RowReader, columns: readonly Column[], mapping: Mapping): Container {
  const event: Container = {};
  const fill = (pointer: string, value: unknown, column?: string) => {
    if (value === undefined || put(event, pointer, value)) return;
    row.refuse(`Goes to ${pointer}, but another column or default has put a value in its way.`, column);
  };
  const others = columns.filter(({ type }) => type !== 'date');
  for (const column of others) fill(column.to, row.value(column, {}), column.name);
  const given = valueAt(event, zonePointer);
  const zone = typeof given === 'string' ? given : mapping.tz;
  for (const date of datesOf(columns)) fill(date.to, row.date(date, { dateOrder: mapping.dateOrder, zone }));
  const defaults = { ...mapping.defaults, ...(mapping.tz !== undefined && { [zonePointer]: mapping.tz }) };
  const isDated = valueAt(event, datePointer) !== undefined;
  const wanted = Object.entries(defaults).filter(
    ([pointer]) => (pointer !== zonePointer || isDated) && isWanted(event, pointer, columns),
  );
  for (const [pointer, value] of wanted) fill(pointer, structuredClone(value));
  return withoutGaps(event) as Container;
}

function assertColumns({ header }: Table, mapping: Mapping, idColumn: string | undefined): void {
  const named = [...Object.keys(mapping.columns), ...Object.keys(mapping.skip ?? {}), ...(idColumn ? [idColumn] : [])];
  const quoted = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');
  const missing = [...new Set(named)].filter((name) => !header.includes(name));
  const unknown = header.filter((name) => !named.includes(name));
  const faults = [
    missing.length > 0 && `The mapping names columns that the file does not have: ${quoted(missing)}.`,
    unknown.length > 0 &&
      `The mapping does not say where these columns go: ${quoted(unknown)}. Map a column that you do not need to null.`,
    missing.length > 0 && `The file has: ${quoted(header)}.`,
  ].filter((fault) => typeof fault === 'string');
  if (faults.length > 0) throw new CommandFailure(faults.join(' '));
}

/** An id that stays as long as the row stays as it is. */
const contentId = (event: object) =>
  `row-${createHash('sha256').update(JSON.stringify(event)).digest('hex').slice(0, 32)}`;

const noIds =
  'The rows have no id, by which an edited row is recognized when the file is imported again. Name the column with it: --id-column NAME, or "id" in the mapping. If there is none, add a column, such as 1, 2, 3 …, and never change its cells. With --id-from-content, ids are computed from the rows; a row that is edited then becomes a second event beside the old one.';

/**
 * The events of a table, as lines for an import. Everything is checked before anything is returned, by the same schema
 * as the API does.
 *
 * @throws {InvalidTable} when cells or events are invalid, with the line and the column of each
 * @throws {CommandFailure} when the columns are not those of the mapping, or there are no ids
 */
export function eventsOfTable(table: Table, mapping: Mapping, ids: IdSource = {}): TableEvents {
  const columns = columnsOf(mapping);
  const idColumn = ids.idColumn ?? mapping.id;
  assertColumns(table, mapping, idColumn);
  const hasIds = idColumn !== undefined || columns.some(({ to }) => to === '/id');
  if (!hasIds && !ids.fromContent) throw new CommandFailure(noIds);
  const indices = new Map(table.header.map((name, index) => [name, index]));
  const problems = new Problems();
  const linesById = new Map<string, number>();
  const lines: Line[] = [];
  let skipped = 0;
  for (const row of table.rows) {
    const reader = new RowReader(row, indices, problems);
    const isSkipped = ([name, texts]: [string, string[]]) => texts.includes(reader.cell(name).trim());
    if (Object.entries(mapping.skip ?? {}).some(isSkipped)) {
      skipped += 1;
      continue;
    }
    const event = eventOf(reader, columns, mapping);
    const given = idColumn === undefined ? event.id : reader.cell(idColumn).trim();
    const id = hasIds ? given : contentId(event);
    const idName = idColumn ?? columns.find(({ to }) => to === '/id')?.name;
    if (hasIds && (id === undefined || id === '')) reader.refuse('Is empty: every row needs its own id.', idName);
    if (typeof id === 'string' && id !== '') {
      const other = linesById.get(id);
      if (other !== undefined && !hasIds) reader.refuse(`Is the same event as line ${other}. Remove one of them.`);
      else if (other !== undefined) {
        reader.refuse(`Has the id "${id}", like line ${other}. Every row needs its own.`, idName);
      }
      linesById.set(id, other ?? row.line);
      event.id = id;
    }
    if (reader.hasProblem) continue;
    try {
      parseEvent(event, { id: 'computed', source: '/newsrooms/any' });
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      for (const fault of error.errors) {
        const pointer = 'pointer' in fault ? fault.pointer : '';
        const column = pointer === '/id' ? idName : columnAt(pointer, columns);
        reader.refuse(`${pointer}: ${fault.detail}`, column);
      }
      continue;
    }
    lines.push({ number: row.line, text: JSON.stringify(event), isIdComputed: !hasIds });
  }
  problems.throwIfAny();
  return { lines, columns, skipped };
}
