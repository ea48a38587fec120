import { safeJson } from '../terminal/safe-text.ts';
import type { Difference } from './read-lines.ts';

/** The longest text of a value that is shown, in characters. */
const maximumLength = 100;
/** So much of what two long texts have in common is shown before they differ, in characters. */
const contextLength = 20;

function commonLength(left: string, right: string): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

function clipped(text: string, from: number): string {
  const end = text.length > from + maximumLength ? '…' : '';
  return `${from > 0 ? '…' : ''}${text.slice(from, from + maximumLength)}${end}`;
}

/**
 * A difference in one line, the old value before the new one. Of long values it shows the part where they differ.
 *
 * @example '/data/headline: "A truce" → "A truce is signed"'
 */
export function differenceText({ pointer, before, after }: Difference): string {
  const texts = [before, after].map((value) => (value === undefined ? 'nothing' : safeJson(value)));
  const [old = '', fresh = ''] = texts;
  const isLong = texts.some(({ length }) => length > maximumLength);
  const from = isLong ? Math.max(0, commonLength(old, fresh) - contextLength) : 0;
  return `${pointer}: ${clipped(old, from)} → ${clipped(fresh, from)}`;
}
