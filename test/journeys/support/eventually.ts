import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 30_000;
const intervalMs = 50;

/** The value that `look` finds as soon as `isThere` accepts it; the last one found, to be compared, if it never does. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  isThere: (value: Value) => boolean,
): Promise<Value> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await look();
    if (isThere(value) || Date.now() > deadline) return value;
    await delay(intervalMs);
  }
}
