import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 10_000;

/** What the functions of the fixture stack have noted under a name, in order. */
export async function recorded(file: string, name: string): Promise<unknown[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line)).flatMap((entry) => (name in entry ? [entry[name]] : []));
}

/** The value that `look` finds as soon as `isThere` accepts it. */
export async function eventually<Value>(
  look: () => Value | Promise<Value>,
  isThere: (value: Value) => boolean,
): Promise<Value> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const value = await look();
    if (isThere(value) || Date.now() > deadline) return value;
    await delay(20);
  }
}
