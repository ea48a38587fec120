import { EdtfError } from '../../../events/dates/edtf-error.ts';
import { type DateReading, dateOfText } from './date-of-text.ts';
import type { Column } from './mapping.ts';
import { textOfHtml } from './text-of-html.ts';

/** A cell cannot be read as its mapping says. The message is for the one who fills in the table. */
export class InvalidCell extends Error {
  override readonly name = 'InvalidCell';
}

function numberOf(text: string): number {
  // A comma may separate thousands or decimals, so it is refused rather than guessed.
  if (/^[-+]?\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidCell(`Is not a number: "${text}". Write digits alone, with a dot before decimals: 1234.5.`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidCell(`Is not JSON: ${(error as Error).message}`);
  }
}

function replaced(text: string, values: NonNullable<Column['values']>): string {
  if (Object.hasOwn(values, text)) return values[text] ?? text;
  throw new InvalidCell(`Has "${text}", which the mapping does not list in "values".`);
}

const listOf = (text: string, separator: string) =>
  text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');

function itemsOf(text: string, { separator, each, values }: Column): unknown[] {
  const items = listOf(text, separator).map((item) => (values ? replaced(item, values) : item));
  return each === undefined ? items : items.map((item) => ({ [each]: item }));
}

/**
 * The value of a cell. Spaces around its text do not count.
 *
 * @returns undefined if the cell is empty, so that the event has no value there
 * @throws {InvalidCell} when it cannot be read as its mapping says
 */
export function cellValue(cell: string, column: Column, reading: DateReading): unknown {
  const text = cell.trim();
  if (text === '') return undefined;
  const { type, values } = column;
  if (type === 'list') {
    const items = itemsOf(text, column);
    return items.length > 0 ? items : undefined;
  }
  const given = values ? replaced(text, values) : text;
  if (type === 'text') return given;
  if (type === 'html') return textOfHtml(given) || undefined;
  if (type === 'number') return numberOf(given);
  if (type === 'json') return jsonOf(given);
  try {
    return dateOfText(given, reading);
  } catch (error) {
    if (error instanceof EdtfError) throw new InvalidCell(error.message);
    throw error;
  }
}
