import { expect, test } from '@jest/globals';
import { base32 } from '../../events/base32.ts';

/** RFC 4648 §10, in lower case and without padding; the last letter of each holds bits that `base32` leaves out. */
const vectors: [text: string, encoded: string][] = [
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
];

test.each(vectors)('base32 of %j has five bits a letter, and drops bits that do not fill a letter', (text, encoded) => {
  const letters = Math.floor((text.length * 8) / 5);
  expect(base32(Buffer.from(text))).toBe(encoded.slice(0, letters));
});
