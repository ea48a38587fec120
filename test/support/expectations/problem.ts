import { expect } from '@jest/globals';

/** A problem as it is answered, whatever its words. */
export const problem = (status: number, slug: string, more: object = {}) => ({
  type: `/problems/${slug}`,
  title: expect.any(String),
  status,
  detail: expect.any(String),
  ...more,
});

/** The problem of an input that is at fault in these places: `{ pointer }`, `{ parameter }` or `{ header }`. */
export const refused = (...places: readonly Record<string, string>[]) =>
  problem(400, 'invalid-input', { errors: places.map((place) => ({ ...place, detail: expect.any(String) })) });
