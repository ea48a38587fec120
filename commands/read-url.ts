import { InvalidArgumentError } from 'commander';

/** Reads the address of a system or a receiver from a command line. @throws {InvalidArgumentError} */
export function readUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new InvalidArgumentError('It must be an address such as http://127.0.0.1:3000.');
}
