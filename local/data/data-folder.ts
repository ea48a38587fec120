import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../engines/database.ts';
import { createTables } from '../engines/tables.ts';
import { LocalSystemError } from '../local-system-error.ts';
import { readCloudAssembly } from '../template/cloud-assembly.ts';
import { openStack } from '../template/stack.ts';
import { synthesize } from '../template/synthesize.ts';
import { tryLockFolder } from './folder-lock.ts';
import { findRunningSystem } from './running-system.ts';

const maximumWaitMs = 60_000;
const checkIntervalMs = 100;

/** The files of a data folder. */
export function pathsIn(dataFolder: string) {
  return {
    database: join(dataFolder, 'database.db'),
    positions: join(dataFolder, 'stream-positions.json'),
    secrets: join(dataFolder, 'secrets.json'),
    logs: join(dataFolder, 'logs'),
    cloudAssembly: join(dataFolder, 'cdk.out'),
  };
}

export interface LocalDatabase {
  /** Base address of the DynamoDB API. */
  readonly endpoint: string;
  /** The outputs of the stack. While no system runs, only those about tables. */
  readonly outputs: Readonly<Record<string, string>>;
}

async function withOwnDatabase<Result>(
  dataFolder: string,
  work: (database: LocalDatabase) => Promise<Result>,
): Promise<Result> {
  const paths = pathsIn(dataFolder);
  if (!existsSync(join(paths.cloudAssembly, 'manifest.json'))) await synthesize(paths.cloudAssembly);
  const stack = openStack(await readCloudAssembly(paths.cloudAssembly));
  const database = await openDatabase(paths.database);
  try {
    await createTables(stack, database.endpoint);
    return await work({ endpoint: database.endpoint, outputs: stack.knownOutputs() });
  } finally {
    await database.stop();
  }
}

/**
 * Does work on the database of a data folder. It uses the engine of the system that runs on the folder, or else starts
 * an engine.
 *
 * @throws {LocalSystemError} when the folder or the engine cannot be used
 * @example
 *   await withLocalDatabase('.timeline', async ({ endpoint, outputs }) => {
 *   const client = new DynamoDBClient({ endpoint, ...localAccount });
 *   await client.send(new ScanCommand({ TableName: outputs.AccessTable }));
 *   });
 */
export async function withLocalDatabase<Result>(
  dataFolder: string,
  work: (database: LocalDatabase) => Promise<Result>,
): Promise<Result> {
  const deadline = Date.now() + maximumWaitMs;
  while (Date.now() < deadline) {
    const lock = tryLockFolder(dataFolder);
    if (lock) {
      try {
        return await withOwnDatabase(dataFolder, work);
      } finally {
        lock.release();
      }
    }
    const running = findRunningSystem(dataFolder);
    if (running) return work(running);
    // Another process is starting a system on the folder, or works on its database.
    await delay(checkIntervalMs);
  }
  throw new LocalSystemError(
    `Another process is using the data folder ${dataFolder}. Stop it, or choose another folder with --data.`,
  );
}
