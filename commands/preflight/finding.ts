/**
 * What a check found: all is well, something must be fixed first, or somebody must look because the account does not
 * say.
 */
export interface Finding {
  readonly state: 'ok' | 'fix' | 'look';
  /** What was found and, unless all is well, what to do. */
  readonly sentence: string;
}

export const ok = (sentence: string): Finding => ({ state: 'ok', sentence });
export const fix = (sentence: string): Finding => ({ state: 'fix', sentence });
export const look = (sentence: string): Finding => ({ state: 'look', sentence });
