import { expect } from '@jest/globals';
import type { InputError } from '../../../events/input/errors.ts';
import { InvalidInput } from '../../../events/input/errors.ts';

/** What a piece of work throws; fails the test if it does not. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}

/** The errors of the InvalidInput that a piece of work throws. */
export function refusal(work: () => unknown): readonly InputError[] {
  const error = thrownBy(work);
  expect(error).toBeInstanceOf(InvalidInput);
  return (error as InvalidInput).errors;
}
