import { chmodSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalSystemError } from '../local-system-error.ts';
import { freePort } from './free-port.ts';
import type { SupervisedProgram } from './supervised-program.ts';
import { runSupervised } from './supervised-program.ts';

const startAttempts = 3;
const readinessIntervalMs = 10;
const readinessTimeoutMs = 20_000;
/** npx may have to download the engine first. */
const downloadTimeoutMs = 120_000;
/** npx runs it on platforms for which no package with the binary is installed. */
const fetchedPackage = 'dynoxide@1.2.1';

/**
 * The engine scans its table of stream records at every write to a table with a stream, and at every read of the stream.
 * With this index both take as long at 100,000 records as at 100.
 */
const streamIndex = `CREATE INDEX IF NOT EXISTS stream_position
  ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`;

export interface Engine {
  /** Base address of the DynamoDB and DynamoDB Streams APIs. */
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves when the engine has ended, for any reason, with the end of its output. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

function engineCommand(): { program: string; leading: string[]; timeoutMs: number } {
  try {
    const manifest = createRequire(import.meta.url).resolve(
      `@dynoxide/${process.platform}-${process.arch}/package.json`,
    );
    const program = join(dirname(manifest), 'dynoxide');
    // Some package managers drop the executable bit.
    chmodSync(program, 0o755);
    return { program, leading: [], timeoutMs: readinessTimeoutMs };
  } catch {
    return { program: 'npx', leading: ['--yes', fetchedPackage], timeoutMs: downloadTimeoutMs };
  }
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        'x-amz-date': '20200101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
      },
      body: '{}',
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** @returns why the engine did not become ready; undefined if it did */
async function whyNotReady(
  engine: SupervisedProgram,
  endpoint: string,
  timeoutMs: number,
): Promise<string | undefined> {
  const deadline = Date.now() + timeoutMs;
  const ended = engine.ended.then((text) => text || 'it ended without a message');
  while (Date.now() < deadline) {
    if (await answers(endpoint)) return undefined;
    const failure = await Promise.race([ended, delay(readinessIntervalMs)]);
    if (failure) return failure;
  }
  return `it did not respond within ${timeoutMs / 1000} s`;
}

function whyNotIndexed(file: string): string | undefined {
  const database = new DatabaseSync(file, { timeout: readinessTimeoutMs });
  try {
    database.exec(streamIndex);
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    database.close();
  }
}

/**
 * Starts the embedded DynamoDB engine on a free port of the loopback interface. It ends with this process, even on `kill -9`.
 * Without `file` the data is deleted at the end.
 *
 * @throws {LocalSystemError} when there is no engine for this machine, or it cannot use the file
 * @example
 * const engine = await startEngine({});
 * const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
 * await engine.stop();
 */
export async function startEngine(options: { file?: string }): Promise<Engine> {
  const { program, leading, timeoutMs } = engineCommand();
  let failure = '';
  for (let attempt = 1; attempt <= startAttempts; attempt++) {
    // Temporary data is in a file too, since the index cannot be added to a database in the engine's memory.
    const scratchFolder = options.file === undefined ? await mkdtemp(join(tmpdir(), 'timeline-engine-')) : '';
    const file = options.file ?? join(scratchFolder, 'database.db');
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const engineArguments = [...leading, 'serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', file];
    const engine = await runSupervised(program, engineArguments, scratchFolder);
    failure = (await whyNotReady(engine, endpoint, timeoutMs)) ?? whyNotIndexed(file) ?? '';
    if (failure === '') {
      return { endpoint, pid: engine.pid, ended: engine.ended, stop: () => engine.stop() };
    }
    await engine.stop();
    if (!failure.includes('already in use')) break;
  }
  throw new LocalSystemError(
    leading.length > 0
      ? `The database engine cannot be started by "npx ${fetchedPackage}" (${failure}). Run another DynamoDB on this machine, and set AWS_ENDPOINT_URL_DYNAMODB to its address.`
      : `The database engine cannot be started on ${options.file ?? tmpdir()} (${failure}). Move that file away, or choose another folder with --data.`,
  );
}
