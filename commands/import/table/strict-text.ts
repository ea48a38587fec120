import { CommandFailure } from '../../terminal/cli.ts';

/**
 * The text of bytes in UTF-8, with or without a byte order mark. Any other decoder would put U+FFFD in the place of
 * what it cannot read, and the events would be stored so.
 *
 * @param place what they were read from, for errors
 * @throws {CommandFailure} when they are not UTF-8
 */
export function strictText(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CommandFailure(`${place} has bytes that are not UTF-8. Save it in UTF-8.`);
  }
}
