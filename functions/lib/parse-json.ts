import { InvalidInput } from '../../events/errors.ts';

/** The JSON value of a body. @throws {InvalidInput} saying where and why it cannot be read */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new InvalidInput([{ pointer: '', detail: (error as Error).message }]);
  }
}
