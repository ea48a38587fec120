import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalSystemError } from '../local-system-error.ts';
import { makePrivateFolder } from './private-folder.ts';

const retryIntervalMs = 50;
const busyCode = 5;

export interface FolderLock {
  release(): void;
}

/**
 * Locks a folder for this process. SQLite takes the lock from the operating system, which releases it however the
 * process ends. So a lock is never left behind.
 *
 * @returns undefined if another process has the lock
 * @throws {LocalSystemError} when the folder cannot be created or written
 */
export function tryLockFolder(folder: string): FolderLock | undefined {
  try {
    makePrivateFolder(folder);
    const path = join(folder, 'lock');
    // SQLite would let everyone read it.
    closeSync(openSync(path, 'a', 0o600));
    const file = new DatabaseSync(path);
    try {
      file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS writable (yes)');
    } catch (error) {
      file.close();
      if ((error as { errcode?: number }).errcode === busyCode) return undefined;
      throw error;
    }
    return { release: () => file.close() };
  } catch (cause) {
    throw new LocalSystemError(
      `The data folder ${folder} cannot be used (${(cause as Error).message}). Make it writable, or choose another folder with --data.`,
      { cause },
    );
  }
}

/** Locks a folder as soon as it is free; undefined if it is not free within `maximumWaitMs`. */
export async function lockFolder(folder: string, maximumWaitMs: number): Promise<FolderLock | undefined> {
  const deadline = Date.now() + maximumWaitMs;
  for (;;) {
    const lock = tryLockFolder(folder);
    if (lock || Date.now() >= deadline) return lock;
    await delay(retryIntervalMs);
  }
}
