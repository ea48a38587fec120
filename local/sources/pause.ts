/** A wait that can be ended early. */
export interface Pause {
  /**
   * Resolves after `ms`, or at once if `wake` was called since the last wait or is called during this one.
   *
   * @returns whether `wake` ended it
   */
  wait(ms: number): Promise<boolean>;
  wake(): void;
  /** Ends this wait and all later ones. */
  stop(): void;
}

export function createPause(): Pause {
  let woken = false;
  let stopped = false;
  let resume: (() => void) | undefined;

  return {
    async wait(ms) {
      if (!woken && !stopped) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        resume = undefined;
      }
      const wasWoken = woken;
      woken = false;
      return wasWoken;
    },
    wake() {
      woken = true;
      resume?.();
    },
    stop() {
      stopped = true;
      resume?.();
    },
  };
}
