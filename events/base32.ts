/** The letters and digits of base32, of which ids are made. */
export const base32Alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * Base32 (RFC 4648 §6) in lower case without padding: five bits a letter. Bits at the end that do not fill a letter are
 * dropped.
 */
export function base32(bytes: Uint8Array): string {
  let letters = '';
  let bits = 0;
  let waiting = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    waiting += 8;
    while (waiting >= 5) {
      waiting -= 5;
      letters += base32Alphabet[(bits >> waiting) & 31];
    }
    bits &= (1 << waiting) - 1;
  }
  return letters;
}
