import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fastFolder } from './fast-folder.ts';

const neededBytes = 1_000_000_000;
const prefix = 'timeline-tests-';

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What tests that were interrupted have left. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, pid] = name.startsWith(prefix) ? (/^(\d+)-/.exec(name.slice(prefix.length)) ?? []) : [];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * Before all tests: a folder that they share and have all their files in. What they need in common is made in it on
 * demand, by the first who asks.
 */
export default async function makeSharedFolder(): Promise<void> {
  const parent = await fastFolder(neededBytes);
  await removeAbandoned(parent);
  const folder = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  process.env.TIMELINE_SHARED_FOLDER = folder;
  process.env.TMPDIR = folder;
}
