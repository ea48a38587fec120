/** What an invocation of a function does that a schedule invokes while nothing happens. */
export interface IdleWork {
  /** Read units. `test/infra/costs/consumed.test.ts` measures them. */
  readonly reads: number;
  /** The metrics that it publishes every time. The same test looks which. */
  readonly metrics: readonly string[];
  /** Whether it reads the table that has an encryption key of its own in the profile `full`. */
  readonly usesKey: boolean;
}

/** The functions with a schedule, by name. */
export const idleWork: Readonly<Record<string, IdleWork>> = {
  sweep: { reads: 5, metrics: ['BacklogAge'], usesKey: true },
  'erase-content': { reads: 3, metrics: [], usesKey: false },
  // One empty page of each partition of what is due.
  'publish-held-events': { reads: 2, metrics: [], usesKey: false },
  project: { reads: 2, metrics: [], usesKey: false },
  'fan-out': { reads: 2, metrics: [], usesKey: true },
};

/** Milliseconds that such an invocation is billed, an estimate: a few round trips to DynamoDB, one after the other. */
export const idleMs = 50;
