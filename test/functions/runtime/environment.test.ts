import { afterEach, expect, test } from '@jest/globals';
import { environment } from '../../../functions/lib/runtime/environment.ts';

afterEach(() => {
  delete process.env.PARKED_QUEUE_URL;
});

test('an environment variable that is set is read', () => {
  process.env.PARKED_QUEUE_URL = 'http://127.0.0.1/parked';
  expect(environment('PARKED_QUEUE_URL')).toBe('http://127.0.0.1/parked');
});

test.each([undefined, ''])('a missing environment variable (%j) throws an error that names it', (value) => {
  if (value !== undefined) process.env.PARKED_QUEUE_URL = value;
  expect(() => environment('PARKED_QUEUE_URL')).toThrow('The environment variable PARKED_QUEUE_URL is not set.');
});
