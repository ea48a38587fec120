import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { CommandFailure } from '../terminal/cli.ts';

/** The text of a file, or of standard input for `-`. @throws {CommandFailure} if it cannot be read */
export async function readInput(file: string): Promise<string> {
  try {
    return await (file === '-' ? text(process.stdin) : readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandFailure(`Cannot read ${file}: ${(error as Error).message}`);
  }
}

function parsed(json: string, place: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandFailure(`${place} is not JSON: ${(error as Error).message}`);
  }
}

function objectOf(value: unknown, place: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new CommandFailure(`${place} is no JSON object.`);
}

/** A JSON object from a file. @throws {CommandFailure} */
export async function readObject(file: string): Promise<object> {
  return objectOf(parsed(await readInput(file), file), file);
}

/**
 * The events of a file: one event, an array of them, or NDJSON.
 *
 * @returns an event alone, or an array
 * @throws {CommandFailure} with the line that is at fault
 */
export async function readEvents(file: string): Promise<object | readonly object[]> {
  const content = (await readInput(file)).replace(/^\ufeff/, '').trim();
  if (content === '') throw new CommandFailure(`${file} is empty.`);
  const lines = content
    .split('\n')
    .map((line, index) => ({ line: line.trim(), place: `Line ${index + 1} of ${file}` }));
  const isNdjson = lines.length > 1 && lines.every(({ line }) => line === '' || /^\{.*\}$/.test(line));
  if (isNdjson) {
    return lines.filter(({ line }) => line !== '').map(({ line, place }) => objectOf(parsed(line, place), place));
  }
  const value = parsed(content, file);
  if (!Array.isArray(value)) return objectOf(value, file);
  if (value.length === 0) throw new CommandFailure(`${file} has no events.`);
  return value.map((event, index) => objectOf(event, `Event ${index + 1} of ${file}`));
}
