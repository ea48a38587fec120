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

/** A timer takes no longer time: it would end at once. */
const longestTimerMs = 2 ** 31 - 1;

/** A signal that aborts with another one, or when so much time has passed since the last `restart`. */
export function deadline(ms: number, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const follow = () => controller.abort(signal?.reason);
  const expire = () => controller.abort(new DOMException(`There was no response within ${ms} ms.`, 'TimeoutError'));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restart = () => {
    clearTimeout(timer);
    timer = setTimeout(expire, Math.min(ms, longestTimerMs));
  };
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', follow);
  };
  signal?.addEventListener('abort', follow, { once: true });
  if (signal?.aborted) follow();
  restart();
  return { signal: controller.signal, restart, end };
}
