/**
 * The words of a line that says what a command has done to an event, or in a dry run would do.
 *
 * @param done what a dry run does not do
 */
export const wordsOfOutcome = (dryRun: true | undefined, done: 'stored' | 'taken down' = 'stored') =>
  dryRun ? { dry: `Dry run, nothing is ${done}: `, is: 'would be' } : { dry: '', is: 'is' };
