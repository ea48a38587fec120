import { createHash } from 'node:crypto';
import { valueAt } from '../../events/input/pointer.ts';

const lineFeed = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A line of the file with an event. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** Whether the event had no id, and got one that is computed from its text. */
  readonly isIdComputed: boolean;
}

/**
 * A field in which a line differs from what is stored. `before` is absent if that has no such field, and `after` if the
 * line has none.
 */
export interface Difference {
  readonly pointer: string;
  /** The column of a table that fills the field. */
  readonly column?: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A line that was not stored, and why. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
  /** What differs from the event that is stored under its id, if that is the reason. */
  readonly differences?: readonly Difference[];
}

/** @throws {SyntaxError} when the text is no JSON object */
function parseObject(text: string): object {
  try {
    const event: unknown = JSON.parse(text);
    if (typeof event !== 'object' || event === null || Array.isArray(event)) {
      throw new SyntaxError('it is another JSON value');
    }
    return event;
  } catch (error) {
    throw new SyntaxError(`Not a JSON object: ${(error as Error).message}`);
  }
}

/**
 * The text or the whole number at a place in an event; undefined if there is none. A larger number may have lost
 * digits.
 */
function idAt(event: object, pointer: string): string | undefined {
  const value = valueAt(event, pointer);
  if (typeof value === 'string' && value !== '') return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/**
 * The event with an id. If it has none, its id is at the pointer or, without a pointer, derived from its text, so that
 * the file can be imported again.
 *
 * @throws {SyntaxError} when it is no JSON object, or has no id where the pointer says
 */
function withId(text: string, idPointer: string | undefined): Omit<Line, 'number'> {
  const event = parseObject(text);
  if ('id' in event) return { text, isIdComputed: false };
  const given = idPointer === undefined ? undefined : idAt(event, idPointer);
  if (idPointer !== undefined && given === undefined) {
    throw new SyntaxError(`It has no id, and at ${idPointer} neither a text nor a whole number.`);
  }
  const id = given ?? `import-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  const opening = text.indexOf('{') + 1;
  const comma = Object.keys(event).length > 0 ? ',' : '';
  return {
    text: `${text.slice(0, opening)}"id":${JSON.stringify(id)}${comma}${text.slice(opening)}`,
    isIdComputed: given === undefined,
  };
}

/** Splits bytes into lines. In UTF-8 the byte of a line feed is never part of another character. */
function* splitLines(bytes: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
    yield bytes.subarray(start, end);
    start = end + 1;
  }
  yield bytes.subarray(start);
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes).trim();
  } catch {
    return null;
  }
}

/**
 * The lines of NDJSON that may be events, and those that cannot be. Blank lines are ignored.
 *
 * @param idPointer where the ids of events that have none are, as a JSON pointer; by default they are computed
 */
export function readLines(content: Uint8Array, idPointer?: string): { lines: Line[]; refused: Refusal[] } {
  const lines: Line[] = [];
  const refused: Refusal[] = [];
  let number = 0;
  for (const bytes of splitLines(content)) {
    number += 1;
    const text = decoded(bytes);
    if (text === '') continue;
    if (text === null) {
      refused.push({ line: number, reason: 'Not UTF-8: it contains bytes that are not a character.' });
      continue;
    }
    try {
      lines.push({ number, ...withId(text, idPointer) });
    } catch (error) {
      refused.push({ line: number, reason: (error as Error).message });
    }
  }
  return { lines, refused };
}
