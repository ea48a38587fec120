import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a data folder contains. Unfinished files have longer names. */
const fileNames = [
  'lock',
  'database.db',
  'database.db-wal',
  'database.db-shm',
  'development-key',
  'secrets.json',
  'story',
  'stream-positions.json',
  'system.json',
];
const logFolder = 'logs';
/** The synthesized stack. */
const stackFolder = 'cdk.out';
const allNames = [...fileNames, logFolder, stackFolder];

const ownerOnly = { file: 0o600, folder: 0o700 };

/** A link is left alone: it may lead to a file of somebody else. */
function restrict(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || found.isSymbolicLink()) return;
  const mode = found.isDirectory() ? ownerOnly.folder : ownerOnly.file;
  if ((found.mode & 0o777) !== mode) chmodSync(path, mode);
}

/**
 * Creates a data folder that only its owner can read. One that exists is restricted, with what it contains: an earlier
 * version made it readable by everyone. A folder with other files too, such as /tmp, keeps its mode, and what is
 * written into it is private by itself.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: ownerOnly.folder });
  const isOnlyOurs = readdirSync(folder).every((name) => allNames.some((known) => name.startsWith(known)));
  if (isOnlyOurs) restrict(folder);
  for (const name of allNames) restrict(join(folder, name));
  const logs = join(folder, logFolder);
  if (existsSync(logs)) for (const name of readdirSync(logs)) restrict(join(logs, name));
}
