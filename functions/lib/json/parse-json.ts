import { isUtf8 } from 'node:buffer';
import { InvalidInput } from '../../../events/input/errors.ts';
import { assertShape } from '../../../events/input/shape.ts';
import { assertKeepable, assertShallow } from './keepable-json.ts';
import { malformedJson } from './malformed-json.ts';

/** RFC 8259, 8.1: a reader may ignore it, and some editors write it. */
const byteOrderMark = '\ufeff';

function offsetOfInvalidUtf8(bytes: Buffer): number {
  const readable = Buffer.from(bytes.toString('utf8'));
  let offset = 0;
  while (offset < readable.length && readable[offset] === bytes[offset]) offset++;
  return offset;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformedJson(text, error as SyntaxError);
  }
}

/**
 * The value of a JSON text, exactly as sent: what a JavaScript value could not hold faithfully is refused rather than
 * altered. A member called `__proto__` is a member like any other.
 *
 * The cheapest check comes first. Only a value that a request may have is looked at closely.
 *
 * @throws {InvalidInput} that says where and why it cannot be read
 * @throws {TooLarge} when it has more values than any request may have
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) {
    const detail = `The body is not UTF-8: the byte at offset ${offsetOfInvalidUtf8(bytes)} belongs to no character.`;
    throw new InvalidInput([{ pointer: '', detail }]);
  }
  const text = bytes.toString('utf8');
  const json = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  assertShallow(json);
  const value = parsed(json);
  assertShape(value);
  assertKeepable(json);
  return value;
}
