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
 * The value of an environment variable that the function needs. Read it at the top of a module: a function without it then
 * fails at its start, and names it.
 */
export function environment(variable: Variable): string {
  const value = process.env[variable];
  if (!value) throw new Error(`The environment variable ${variable} is not set.`);
  return value;
}
