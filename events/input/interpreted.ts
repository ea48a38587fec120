/**
 * Options of a parse that does not compile the schema. By default zod compiles the schema of an object when it first
 * parses with it, which takes as long as 40 to 150 parses. A function that has just started answers sooner without.
 */
export const interpreted = { jitless: true };

/** More than a page of a timeline has entries. */
const parsesBeforeCompiling = 64;

/**
 * Returns the options for each parse with a schema in turn. The first 64 do not compile it; later ones do.
 *
 * @example
 *   const optionsOfParse = interpretedAtFirst();
 *   schema.parse(one, optionsOfParse());
 *   schema.parse(other, optionsOfParse());
 */
export function interpretedAtFirst(): () => { jitless: boolean } {
  const compiled = { jitless: false };
  let parses = 0;
  return () => (parses++ < parsesBeforeCompiling ? interpreted : compiled);
}
