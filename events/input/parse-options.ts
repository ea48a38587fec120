import type * as z from 'zod';

/** More than a page of a timeline has entries. */
const parsesBeforeCompiling = 64;

const interpreted = { jitless: true };
const compiled = { jitless: false };

/** How often each schema has parsed, up to that number. */
const parses = new WeakMap<z.ZodType, number>();

/**
 * The options of the next parse with a schema: its first 64 in a process do not compile it, later ones do. By default
 * zod compiles the schema of an object when it first parses with it, which takes as long as 40 to 150 parses. A
 * function that has just started answers sooner without.
 *
 * @example schema.parse(input, parseOptions(schema));
 */
export function parseOptions(schema: z.ZodType): { jitless: boolean } {
  const before = parses.get(schema) ?? 0;
  if (before === parsesBeforeCompiling) return compiled;
  parses.set(schema, before + 1);
  return interpreted;
}
