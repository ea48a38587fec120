/**
 * Options of a parse that does not compile the schema. By default zod compiles the schema of an object when it first
 * parses with it, which takes about as long as 40 parses. A function that has just started answers sooner without, and
 * small objects are parsed as fast.
 */
export const interpreted = { jitless: true };

const parsesBeforeCompiling = 32;

/**
 * Options of one parse after the other: of the first in a process, which do not compile, and of those after them, which
 * do. For large objects, which compiled schemas parse faster.
 *
 * @returns a function to call for each parse
 */
export function interpretedAtFirst(): () => { jitless: boolean } {
  const compiled = { jitless: false };
  let parses = 0;
  return () => (parses++ < parsesBeforeCompiling ? interpreted : compiled);
}
