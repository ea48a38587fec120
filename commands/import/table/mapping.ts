import * as z from 'zod';
import { isZone } from '../../../events/dates/zone.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { validate } from '../../../events/input/validation.ts';
import { CommandFailure } from '../../terminal/cli.ts';
import { delimiters } from './read-table.ts';

/** What a proposed mapping has in place of a value that nobody can guess. */
export const toFillIn = 'FILL IN';

/** The parts of a date that columns may hold. */
const parts = ['start', 'end', 'year', 'month', 'day', 'time', 'endYear', 'endMonth', 'endDay', 'endTime'] as const;

const types = ['text', 'html', 'number', 'date', 'list', 'json'] as const;

const targetPattern = /^\/(type|subject|time|id|data(\/(?!__proto__(\/|$))([^~/]|~[01])+)+)$/;

const targetSchema = z
  .string()
  .regex(
    targetPattern,
    'Must be a place in an event: /type, /subject, /time, /id, or below /data, such as /data/headline.',
  );

const columnSchema = z
  .strictObject({
    to: targetSchema.describe('Where the cells of the column go: a JSON pointer into the event.'),
    type: z.enum(types).optional().describe('How a cell is read. Default: `text`, and `date` if there is a `part`.'),
    part: z.enum(parts).optional().describe('The part of the date that the column holds. Default: the whole date.'),
    separator: z.string().min(1).max(10).optional().describe('What separates the items of a list. Default: `;`.'),
    each: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Each item of a list becomes an object with the item as this member.'),
    values: z
      .record(z.string(), z.string())
      .optional()
      .describe('What to write in place of each text. Any other text is refused.'),
  })
  .superRefine(({ type, part, separator, each }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (part !== undefined && type !== undefined && type !== 'date') refuse('part', 'Only a date has parts.');
    if (separator !== undefined && type !== 'list') refuse('separator', 'Only a list has a separator.');
    if (each !== undefined && type !== 'list') refuse('each', 'Only a list has items.');
  });

const mappingSchema = z
  .strictObject({
    delimiter: z.enum(delimiters).optional().describe('Default: the one that makes the most columns of the header.'),
    dateOrder: z
      .enum(['dmy', 'mdy', 'ymd'])
      .optional()
      .describe('The order of day, month and year in dates of digits.'),
    tz: z
      .string()
      .refine(isZone, 'Must be a zone of the tz database, such as Europe/Paris.')
      .optional()
      .describe('The zone of the dates and times.'),
    id: z.string().min(1).optional().describe('The column with the id of each row.'),
    skip: z
      .record(z.string(), z.array(z.string()).min(1))
      .optional()
      .describe('Rows to leave out: those with one of these texts in the column.'),
    columns: z
      .record(z.string(), z.union([z.null(), targetSchema, columnSchema]))
      .describe('Each column of the file. null leaves it out.'),
    defaults: z
      .record(z.string(), z.json())
      .optional()
      .describe('Values by JSON pointer, for rows that have none there.'),
  })
  .superRefine(({ columns, defaults = {} }, context) => {
    for (const [pointer, value] of Object.entries(defaults)) {
      const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['defaults', pointer], message });
      if (!targetPattern.test(pointer)) refuse('Must be a place in an event, such as /data/status.');
      if (typeof value === 'string' && value.startsWith(toFillIn)) refuse(`Is not filled in yet: ${value}`);
    }
    const taken = new Map<string, string>();
    for (const [column, target] of Object.entries(columns)) {
      if (target === null) continue;
      const { to, part = '' } = typeof target === 'string' ? { to: target } : target;
      const place = `${to} ${part}`;
      const other = taken.get(place) ?? (part === '' ? undefined : taken.get(`${to} `));
      if (other !== undefined) {
        const message = `Goes to ${to}, like the column "${other}". Map one of them to null.`;
        context.addIssue({ code: 'custom', path: ['columns', column], message });
      }
      taken.set(place, column);
    }
  });

/** How the cells of a table become events. */
export type Mapping = z.infer<typeof mappingSchema>;
export type DateOrder = NonNullable<Mapping['dateOrder']>;
export type DatePart = (typeof parts)[number];

/** A column with its name, and with its defaults filled in. */
export interface Column extends Omit<z.infer<typeof columnSchema>, 'type' | 'part' | 'separator'> {
  readonly name: string;
  readonly type: (typeof types)[number];
  readonly part: DatePart;
  readonly separator: string;
}

/** The columns of a mapping that go anywhere. */
export function columnsOf({ columns }: Mapping): Column[] {
  return Object.entries(columns).flatMap(([name, target]) => {
    if (target === null) return [];
    const given = typeof target === 'string' ? { to: target } : target;
    const type = given.type ?? (given.part === undefined ? 'text' : 'date');
    return [{ ...given, name, type, part: given.part ?? 'start', separator: given.separator ?? ';' }];
  });
}

/**
 * Reads a mapping.
 *
 * @param text JSON
 * @param name the name of the file, for errors
 * @throws {CommandFailure} with all errors, each with its place
 */
export function readMapping(text: string, name: string): Mapping {
  try {
    const mapping: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    validate(mappingSchema, mapping);
    return mapping;
  } catch (error) {
    if (error instanceof SyntaxError) throw new CommandFailure(`The mapping ${name} is not JSON: ${error.message}`);
    if (!(error instanceof InvalidInput)) throw error;
    const lines = error.errors.map((fault) => `${'pointer' in fault ? fault.pointer : ''}: ${fault.detail}`);
    throw new CommandFailure([`The mapping ${name} is wrong. Nothing was sent.`, ...lines].join('\n'));
  }
}
