import { setTimeout as delay } from 'node:timers/promises';

const usualPatienceMs = 30_000;
const intervalMs = 50;

/**
 * The value that `look` finds as soon as `isThere` accepts it; the last one found, to be compared, if it never does.
 *
 * @param patienceMs after how many milliseconds it never does; half a minute unless told
 */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  isThere: (value: Value) => boolean,
  patienceMs = usualPatienceMs,
): Promise<Value> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await look();
    if (isThere(value) || Date.now() > deadline) return value;
    await delay(intervalMs);
  }
}
