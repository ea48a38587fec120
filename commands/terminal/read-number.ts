import { InvalidArgumentError } from 'commander';

/** Reads the number of a revision or a position. @throws {InvalidArgumentError} */
export function readNumber(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number such as 0.');
}
