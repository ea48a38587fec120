import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { LocalSystemError } from '../local-system-error.ts';
import { compactDatabase, type ProcessedRecords } from './compact-database.ts';
import { startEngine } from './engine.ts';
import { guardEngine } from './engine-door.ts';
import { localClient } from './local-client.ts';

export interface Database {
  /** Base address of the DynamoDB API for other processes. */
  readonly endpoint: string;
  /** Base address of the DynamoDB API for this process. Nobody else may learn it. */
  readonly ownEndpoint: string;
  /** Base address of the DynamoDB Streams API, for this process. */
  readonly streamsEndpoint: string;
  /**
   * Resolves when the embedded engine has ended, with the end of its output. Never resolves for a database of the user.
   */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

function refuseDamagedFile(file: string): void {
  if (!existsSync(file)) return;
  try {
    const database = new DatabaseSync(file);
    const [verdict] = database.prepare('PRAGMA quick_check(1)').all();
    database.close();
    if (verdict?.quick_check === 'ok') return;
  } catch {
    // The file is not a database.
  }
  throw new LocalSystemError(
    `The data in ${file} is damaged. Restore a copy, move the folder away to begin with no data, or choose another folder with --data.`,
  );
}

async function useDatabaseAt(endpoint: string): Promise<Database> {
  const client = localClient(DynamoDBClient, endpoint, { maxAttempts: 1 });
  try {
    await client.send(new ListTablesCommand({}));
  } catch (cause) {
    throw new LocalSystemError(
      `No DynamoDB responds at ${endpoint} (${(cause as Error).message || (cause as Error).name}). Start it, or unset AWS_ENDPOINT_URL_DYNAMODB to use the embedded engine.`,
      { cause },
    );
  } finally {
    client.destroy();
  }
  return {
    endpoint,
    ownEndpoint: endpoint,
    streamsEndpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS || endpoint,
    ended: new Promise(() => {}),
    stop: async () => {},
  };
}

/**
 * The embedded engine on a file; or the database at `AWS_ENDPOINT_URL_DYNAMODB`, if that is set.
 *
 * @param processed the stream records that are not needed any more; the file is compacted without them
 * @throws {LocalSystemError} when the file is damaged, or no database responds
 */
export async function openDatabase(file: string, processed: ProcessedRecords = new Map()): Promise<Database> {
  const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (endpoint) return useDatabaseAt(endpoint);
  refuseDamagedFile(file);
  // The engine would let everyone read it.
  closeSync(openSync(file, 'a', 0o600));
  compactDatabase(file, processed);
  const engine = await startEngine({ file });
  const door = await guardEngine(engine.endpoint);
  return {
    endpoint: door.endpoint,
    // The functions and event sources are threads of this process. They need not prove anything.
    ownEndpoint: engine.endpoint,
    streamsEndpoint: engine.endpoint,
    ended: engine.ended,
    async stop() {
      await door.stop();
      await engine.stop();
    },
  };
}
