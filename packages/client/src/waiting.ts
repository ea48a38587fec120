const firstWaitMs = 200;

export const longestWaitMs = 20_000;

/** A random wait before the next attempt, after a number of failures (full jitter); milliseconds. */
export const backoffMs = (failures: number): number =>
  Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** failures);

/** Waits. It ends early if the signal aborts. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
}
