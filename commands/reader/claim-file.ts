import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isAlive } from '../../local/data/running-system.ts';
import { CommandFailure } from '../terminal/cli.ts';

/**
 * The files that this process has claimed. Its number alone does not say so: in a container, each process may have the
 * same.
 */
const claimed = new Set<string>();

/** Whether a process that still runs has the claim. A process that was killed leaves its claim behind. */
async function isHeld(claim: string): Promise<boolean> {
  if (claimed.has(claim)) return true;
  const pid = Number(await readFile(claim, 'utf8').catch(() => ''));
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid);
}

const create = (claim: string) => writeFile(claim, `${process.pid}\n`, { flag: 'wx' });

/**
 * Does work that writes a file, and that no other process does at the same time. The number of the process is in a file
 * beside it.
 *
 * @throws {CommandFailure} when another process writes the file
 */
export async function claimFile<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const claim = resolve(`${file}.lock`);
  try {
    await create(claim);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isHeld(claim)) {
      throw new CommandFailure(
        `Another export writes ${file}. Wait until it has ended, or name another file. If there is none, remove ${claim}.`,
      );
    }
    await rm(claim, { force: true });
    await create(claim);
  }
  claimed.add(claim);
  try {
    return await work();
  } finally {
    claimed.delete(claim);
    await rm(claim, { force: true });
  }
}
