// Loaded before a function, in its thread (`--import in-function.mjs?control=FILE`). The file says how likely an
// invocation dies and how far the clock is off. The functions themselves know nothing of it.

import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

const file = new URL(import.meta.url).searchParams.get('control') ?? '';
/** An invocation that dies does so within this time: most take less, and end before. */
const longestLifeMs = 120;
const { now } = Date;
let offMs = 0;

globalThis.Date = class extends Date {
  /** @param {unknown[]} parts */
  constructor(...parts) {
    // @ts-expect-error: the parts of a date, whatever they are
    super(...(parts.length === 0 ? [now() + offMs] : parts));
  }

  static now() {
    return now() + offMs;
  }
};

/** @returns {{ deaths: number, clockMs: number, aheadMs: number }} */
function control() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // It is being written.
    return { deaths: 0, clockMs: 0, aheadMs: 0 };
  }
}

parentPort?.on('message', (message) => {
  const { deaths, clockMs, aheadMs } = control();
  offMs = aheadMs + Math.round((Math.random() * 2 - 1) * clockMs);
  // How much time is left does not depend on the clock.
  message.deadline += offMs;
  if (Math.random() < deaths) setTimeout(() => process.exit(1), Math.random() * longestLifeMs).unref();
});
