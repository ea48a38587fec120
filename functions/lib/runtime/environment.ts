type Variable =
  | 'EVENT_LOG_TABLE'
  | 'TIMELINES_TABLE'
  | 'ACCESS_TABLE'
  | 'SUBSCRIBERS_TABLE'
  | 'PARKED_QUEUE_URL'
  | 'PROMPT_QUEUE_URL'
  | 'SLOW_QUEUE_URL'
  | 'ORIGIN_SECRET'
  | 'CURSOR_SECRET';

/**
 * The value of an environment variable that the function cannot do without. Read it at the top of the module, so that a
 * function wired wrongly stops at its start and names what is missing.
 */
export function environment(variable: Variable): string {
  const value = process.env[variable];
  if (!value) throw new Error(`The environment variable ${variable} is not set.`);
  return value;
}
