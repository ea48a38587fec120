import { expect, test } from '@jest/globals';
import { retry } from '../../../functions/lib/runtime/retry.ts';

class Passing extends Error {}
const options = { maximumAttempts: 3, firstPauseMs: 1, isRetryable: (error: unknown) => error instanceof Passing };

/** Work that throws these errors one after the other, then answers with the number of the attempt. */
const failing =
  (...errors: Error[]) =>
  async (attempt: number) => {
    const error = errors[attempt - 1];
    if (error) throw error;
    return attempt;
  };

test('work that succeeds at once is attempted once', async () => {
  expect(await retry(failing(), options)).toBe(1);
});

test('work that fails in passing is attempted again', async () => {
  expect(await retry(failing(new Passing(), new Passing()), options)).toBe(3);
});

test('after the last attempt its error is thrown', async () => {
  const last = new Passing('the third');
  await expect(retry(failing(new Passing(), new Passing(), last), options)).rejects.toBe(last);
});

test('an error that no attempt can mend is thrown at once', async () => {
  const error = new TypeError('for good');
  const attempts: number[] = [];
  const work = async (attempt: number) => {
    attempts.push(attempt);
    throw error;
  };
  await expect(retry(work, options)).rejects.toBe(error);
  expect(attempts).toEqual([1]);
});
