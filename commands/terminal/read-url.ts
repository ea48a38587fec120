import { InvalidArgumentError } from 'commander';

/** Reads the address of a system or a receiver from a command line. @throws {InvalidArgumentError} */
export function readUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:3000.');
  }
  // No request can be made with them, and messages and logs name the address.
  if (url.username || url.password) {
    throw new InvalidArgumentError('It must not have a user name or a password. The key is given apart.');
  }
  return text;
}
