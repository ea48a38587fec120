import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';

/** On Linux, a folder in memory. Containers may have no more than 64 MB there, which one system nearly fills. */
const memoryFolder = '/dev/shm';

async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= bytes;
  } catch {
    return false;
  }
}

/**
 * The folder for temporary files: in memory if there is room for so many bytes, since engines wait for no disk there.
 */
export const fastFolder = async (neededBytes: number): Promise<string> =>
  (await hasRoom(memoryFolder, neededBytes)) ? memoryFolder : tmpdir();
