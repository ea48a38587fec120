type Variable =
  | 'EVENT_LOG_TABLE'
  | 'TIMELINES_TABLE'
  | 'ACCESS_TABLE'
  | 'DEFAULT_QUOTA'
  | 'SUBSCRIBERS_TABLE'
  | 'REDACTIONS_TABLE'
  | 'HELD_EVENTS_TABLE'
  | 'DISTRIBUTION_ID'
  | 'PARKED_QUEUE_URL'
  | 'POSTPONED_QUEUE_URL'
  | 'PROMPT_QUEUE_URL'
  | 'SLOW_QUEUE_URL'
  | 'ORIGIN_SECRET'
  | 'CURSOR_SECRET';

/**
 * The value of an environment variable. Read it at the top of a module, so that a function without it fails at its
 * start.
 *
 * @throws {Error} when the variable is not set or empty
 */
export function environment(variable: Variable): string {
  const value = process.env[variable];
  if (!value) throw new Error(`The environment variable ${variable} is not set.`);
  return value;
}

/**
 * Where receivers of webhooks may be. `LOOPBACK_RECEIVERS` is set by the local system and never by the template.
 * `OWN_HOSTS` are the hosts of this API, the public one first.
 */
export function receiverRules(): { loopback: boolean; ownHosts: string[] } {
  const { LOOPBACK_RECEIVERS: loopback, OWN_HOSTS: ownHosts = '' } = process.env;
  return { loopback: loopback === 'allowed', ownHosts: ownHosts.split(',').filter((host) => host !== '') };
}
