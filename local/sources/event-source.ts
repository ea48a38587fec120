/** A stream, a queue or a schedule that invokes a function. */
export interface EventSource {
  /** Polls for new records now, instead of at the next interval. */
  wake(): void;
  /**
   * Resolves when everything that is in the source now has been processed.
   *
   * @returns how often the function has been invoked so far
   */
  whenIdle(): Promise<number>;
  /** Stops it. Resolves when its invocation, if there is one, has ended. */
  stop(): Promise<void>;
}
