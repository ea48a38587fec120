/** What calls a function by itself: a stream, a queue, a schedule. */
export interface EventSource {
  /** Something may have come: look now rather than later. */
  wake(): void;
  /**
   * Resolves when everything that is in the source now has been handled.
   *
   * @returns how often the function has been called so far
   */
  whenIdle(): Promise<number>;
  /** Resolves when the invocation under way, if any, has ended and nothing more will follow. */
  stop(): Promise<void>;
}
