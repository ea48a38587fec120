import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** On Linux, a folder in memory: the engines of the tests wait for no disk there. */
const memoryFolder = '/dev/shm';
/** Containers may have no more than 64 MB there, which a system with its stack nearly fills. */
const neededBytes = 1_000_000_000;
const prefix = 'timeline-tests-';

async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

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
 * Before all tests: a folder that they share and have all their files in. What they need in common is made in it on demand, by the
 * first who asks.
 */
export default async function makeSharedFolder(): Promise<void> {
  const parent = (await hasRoom(memoryFolder)) ? memoryFolder : tmpdir();
  await removeAbandoned(parent);
  const folder = await mkdtemp(join(parent, `${prefix}${process.pid}-`));
  process.env.TIMELINE_SHARED_FOLDER = folder;
  process.env.TMPDIR = folder;
}
