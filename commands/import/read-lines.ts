import { createHash } from 'node:crypto';

const lineFeed = 0x0a;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A line of the file with an event. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** A line that was not stored, and why. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
}

/** The event with an id. If it has none, its id is derived from its text, so that the file can be imported again. */
function withId(text: string): string {
  const event = JSON.parse(text);
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw new SyntaxError('it is another JSON value');
  if ('id' in event) return text;
  const id = `import-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  const opening = text.indexOf('{') + 1;
  const comma = Object.keys(event).length > 0 ? ',' : '';
  return `${text.slice(0, opening)}"id":"${id}"${comma}${text.slice(opening)}`;
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

/** The lines of NDJSON that may be events, and those that cannot be. Blank lines are ignored. */
export function readLines(content: Uint8Array): { lines: Line[]; refused: Refusal[] } {
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
      lines.push({ number, text: withId(text) });
    } catch (error) {
      refused.push({ line: number, reason: `Not a JSON object: ${(error as Error).message}` });
    }
  }
  return { lines, refused };
}
