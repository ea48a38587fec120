import { describe, expect, jest, test } from '@jest/globals';
import { Backoff, retry } from '../../../functions/lib/runtime/retry.ts';

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

test('work that fails with a retryable error is attempted again', async () => {
  expect(await retry(failing(new Passing(), new Passing()), options)).toBe(3);
});

test('the error of the last attempt is thrown', async () => {
  const last = new Passing('the third');
  await expect(retry(failing(new Passing(), new Passing(), last), options)).rejects.toBe(last);
});

test('an error that is not retryable is thrown at once', async () => {
  const error = new TypeError('for good');
  const attempts: number[] = [];
  const work = async (attempt: number) => {
    attempts.push(attempt);
    throw error;
  };
  await expect(retry(work, options)).rejects.toBe(error);
  expect(attempts).toEqual([1]);
});

describe('a loop', () => {
  const failure = new Passing('again');

  test('pauses after each attempt but the last, whose error it throws', async () => {
    const backoff = new Backoff({ maximumAttempts: 3, firstPauseMs: 1 });
    await backoff.pause(failure);
    await backoff.pause(failure);
    await expect(backoff.pause(failure)).rejects.toBe(failure);
  });

  test('resets its count of attempts when its work makes progress', async () => {
    const backoff = new Backoff({ maximumAttempts: 2, firstPauseMs: 0 });
    await backoff.pause(failure);
    backoff.reset();
    await backoff.pause(failure);
    await expect(backoff.pause(failure)).rejects.toBe(failure);
  });

  test('pauses twice as long after each attempt', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(1);
    const backoff = new Backoff({ maximumAttempts: 4, firstPauseMs: 20 });
    const begun = performance.now();
    for (let attempt = 1; attempt < 4; attempt++) await backoff.pause(failure);
    random.mockRestore();
    // A timer may go off a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(20 + 40 + 80 - 3);
  });

  test('pauses no longer than the longest pause', async () => {
    const backoff = new Backoff({ maximumAttempts: 100, firstPauseMs: 60_000, longestPauseMs: 1 });
    for (let attempt = 1; attempt < 100; attempt++) await backoff.pause(failure);
    await expect(backoff.pause(failure)).rejects.toBe(failure);
  });
});
