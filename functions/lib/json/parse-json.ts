import { isUtf8 } from 'node:buffer';
import { InvalidInput } from '../../../events/input/errors.ts';
import { assertKeepable } from './strict-json.ts';

/** RFC 8259, 8.1: a reader may ignore it, and some editors write it. */
const byteOrderMark = '\ufeff';

function offsetOfInvalidUtf8(bytes: Buffer): number {
  const readable = Buffer.from(bytes.toString('utf8'));
  const offset = readable.findIndex((byte, index) => byte !== bytes[index]);
  return offset < 0 ? readable.length : offset;
}

/**
 * The value of a JSON text, exactly as sent: what a JavaScript value could not hold faithfully is refused rather than
 * altered. A member called `__proto__` is a member like any other.
 *
 * @throws {InvalidInput} that says where and why it cannot be read
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) {
    const detail = `The body is not UTF-8: the byte at offset ${offsetOfInvalidUtf8(bytes)} belongs to no character.`;
    throw new InvalidInput([{ pointer: '', detail }]);
  }
  const text = bytes.toString('utf8');
  const json = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  assertKeepable(json);
  return JSON.parse(json);
}
