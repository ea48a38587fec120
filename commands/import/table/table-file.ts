import { open, stat, writeFile } from 'node:fs/promises';
import { CommandFailure, type Terminal } from '../../terminal/cli.ts';
import { readWhole } from '../read-whole.ts';
import { eventsOfTable, type TableEvents } from './events-of-table.ts';
import { readMapping } from './mapping.ts';
import { proposeMapping } from './propose-mapping.ts';
import { type Delimiter, isWorkbook, readTable } from './read-table.ts';
import { strictText } from './strict-text.ts';
import type { Table } from './table.ts';
import { readTimelineJs } from './timelinejs.ts';

/** The options of an import that are for tables. */
export interface TableOptions {
  readonly map?: string;
  readonly from?: 'timelinejs';
  readonly idColumn?: string;
  readonly idFromContent?: true;
}

/** As long as the longest magic number of a workbook. */
const magicBytes = 8;

const tableEnding = /\.(csv|tsv)$/i;

async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readWhole(file);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`Cannot read the file. ${(error as Error).message}`);
  }
}

const readAny = async (
  file: string,
  { from }: TableOptions,
  delimiter?: Delimiter,
): Promise<Table & { readonly delimiter?: Delimiter }> =>
  from === 'timelinejs' ? readTimelineJs(file) : readTable(await readBytes(file), delimiter);

/** A pipe is not looked at: it can be read only once. */
async function beginsLikeWorkbook(file: string): Promise<boolean> {
  const known = await stat(file).catch(() => null);
  if (!known?.isFile()) return false;
  const handle = await open(file).catch(() => null);
  if (!handle) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(magicBytes), 0, magicBytes, 0);
    return isWorkbook(buffer.subarray(0, bytesRead));
  } catch {
    // What cannot be read is said when all of it is read.
    return false;
  } finally {
    await handle.close();
  }
}

async function isTable(file: string, { map, from, idColumn, idFromContent }: TableOptions): Promise<boolean> {
  const hasOption = [map, from, idColumn, idFromContent].some((option) => option !== undefined);
  return hasOption || tableEnding.test(file) || (await beginsLikeWorkbook(file));
}

/**
 * The events of a table; null if the file is none. A file is a table if it has an option of tables, or a name or a
 * content of one.
 *
 * @param misused ends the command, because the command line is wrong
 * @throws {InvalidTable} when the table has problems
 * @throws {CommandFailure} when the table or its mapping cannot be read
 */
export async function tableEvents(
  file: string,
  options: TableOptions,
  misused: (sentence: string) => never,
): Promise<TableEvents | null> {
  if (!(await isTable(file, options))) return null;
  const { map, idColumn, idFromContent } = options;
  if (map === undefined) {
    // A workbook is refused before a mapping is asked for, since it can have none.
    await readAny(file, options);
    return misused('a table needs a mapping: --map mapping.json. To propose one, use --write-mapping mapping.json.');
  }
  const mapping = readMapping(strictText(await readBytes(map), `The mapping ${map}`), map);
  const table = await readAny(file, options, mapping.delimiter);
  return eventsOfTable(table, mapping, { idColumn, fromContent: idFromContent });
}

/**
 * Proposes a mapping for a table, and prints it or writes it to a new file.
 *
 * @param to the path of the file; true to print the mapping
 * @throws {CommandFailure} when the table cannot be read, or the file exists
 */
export async function writeMapping(
  file: string,
  options: TableOptions,
  to: true | string,
  { print, remark }: Terminal,
): Promise<void> {
  const table = await readAny(file, options);
  const text = JSON.stringify(proposeMapping(table, table.delimiter), null, 2);
  if (to === true) {
    print(text);
    return;
  }
  await writeFile(to, `${text}\n`, { flag: 'wx' }).catch((error: Error) => {
    throw new CommandFailure(`Cannot write the mapping. ${error.message}`);
  });
  remark(`The mapping is in ${to}. Check it, and replace what begins with FILL IN.`);
}
