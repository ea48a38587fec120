import { randomInt } from 'node:crypto';
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

/** On Linux, the whole network 127.0.0.0/8 is the loopback interface. */
const loopbackAddresses = 2 ** 24 - 2;
/** The platforms for which package.json names a package with the engine. */
const installedPlatforms = ['linux-x64'];

const startAttempts = 3;
const readinessIntervalMs = 10;
const readinessTimeoutMs = 20_000;

/**
 * The engine scans its table of stream records at every write to a table with a stream, and at every read of the
 * stream. With this index both take as long at 100,000 records as at 100.
 */
const streamIndex = `CREATE INDEX IF NOT EXISTS stream_position
  ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`;

/**
 * The engine does one thing at a time: its database has one connection. Several threads, one for each core by default,
 * only wait for each other, which is a third of its CPU time when many calls come at once.
 */
const oneThread = { TOKIO_WORKER_THREADS: '1' };

export interface Engine {
  /** Base address of the DynamoDB and DynamoDB Streams APIs. */
  readonly endpoint: string;
  readonly pid: number;
  /** Resolves when the engine has ended, for any reason, with the end of its output. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/**
 * The program of the engine, which npm installs with the other packages.
 *
 * @throws {LocalSystemError} when there is none for this machine; nothing is downloaded for it
 */
function engineProgram(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const manifest = createRequire(import.meta.url).resolve(`@dynoxide/${platform}/package.json`);
    const program = join(dirname(manifest), 'dynoxide');
    // Some package managers drop the executable bit.
    chmodSync(program, 0o755);
    return program;
  } catch {
    throw new LocalSystemError(
      installedPlatforms.includes(platform)
        ? `The database engine is not installed. Run "npm install --include=optional" and start again.`
        : `There is no database engine for ${platform} among the packages of this project. Run another DynamoDB on this machine, and name its address: for example "docker run --rm -p 127.0.0.1:8000:8000 amazon/dynamodb-local", then "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start".`,
    );
  }
}

/**
 * An address of the loopback interface for the engine. It answers everyone who finds it, so on Linux it gets one that a
 * page cannot find by trying. Other systems have 127.0.0.1 only.
 */
function engineHost(): string {
  if (process.platform !== 'linux') return '127.0.0.1';
  const number = randomInt(1, loopbackAddresses);
  return `127.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
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
async function whyNotReady(engine: SupervisedProgram, endpoint: string): Promise<string | undefined> {
  const deadline = Date.now() + readinessTimeoutMs;
  const ended = engine.ended.then((text) => text || 'it ended without a message');
  while (Date.now() < deadline) {
    if (await answers(endpoint)) return undefined;
    const failure = await Promise.race([ended, delay(readinessIntervalMs)]);
    if (failure) return failure;
  }
  return `it did not respond within ${readinessTimeoutMs / 1000} s`;
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
 * Starts the embedded DynamoDB engine on a free port of the loopback interface. It ends with this process, even on
 * `kill -9`. Without `file` the data is deleted at the end.
 *
 * @throws {LocalSystemError} when there is no engine for this machine, or it cannot use the file
 * @example
 *   const engine = await startEngine({});
 *   const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
 *   await engine.stop();
 */
export async function startEngine(options: { file?: string }): Promise<Engine> {
  const program = engineProgram();
  let failure = '';
  for (let attempt = 1; attempt <= startAttempts; attempt++) {
    // Temporary data is in a file too, since the index cannot be added to a database in the engine's memory.
    const scratchFolder = options.file === undefined ? await mkdtemp(join(tmpdir(), 'timeline-engine-')) : '';
    const file = options.file ?? join(scratchFolder, 'database.db');
    const host = engineHost();
    const port = await freePort(host);
    const endpoint = `http://${host}:${port}`;
    const engineArguments = ['serve', '--host', host, '--port', String(port), '--db-path', file];
    const engine = await runSupervised(program, engineArguments, { scratchFolder, environment: oneThread });
    failure = (await whyNotReady(engine, endpoint)) ?? whyNotIndexed(file) ?? '';
    if (failure === '') {
      return { endpoint, pid: engine.pid, ended: engine.ended, stop: () => engine.stop() };
    }
    await engine.stop();
    if (!failure.includes('already in use')) break;
  }
  throw new LocalSystemError(
    `The database engine cannot be started on ${options.file ?? tmpdir()} (${failure}). Move that file away, or choose another folder with --data.`,
  );
}
