import { setTimeout as delay } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Whether the process ends within five seconds. */
export async function untilDead(pid: number): Promise<boolean> {
  for (let attempts = 0; attempts < 200 && isAlive(pid); attempts++) await delay(25);
  return !isAlive(pid);
}
