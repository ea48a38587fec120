import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileOf = (dataFolder: string) => join(dataFolder, 'development-key');

/** The key that `npm start` made for this data folder; null if it made none yet. */
export async function readDevelopmentKey(dataFolder: string): Promise<string | null> {
  try {
    return (await readFile(fileOf(dataFolder), 'utf8')).trim();
  } catch {
    return null;
  }
}

/** Keeps the key with the data, for its owner's eyes only. */
export async function writeDevelopmentKey(dataFolder: string, key: string): Promise<void> {
  await writeFile(fileOf(dataFolder), `${key}\n`, { mode: 0o600 });
}
