import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startEngine } from '../../../local/engines/engine.ts';
import { isAlive, untilDead } from '../support/processes.ts';

const engineModule = fileURLToPath(new URL('../../../local/engines/engine.ts', import.meta.url));
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-test-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A Node process that starts an engine and tells the engine's process id. */
async function processWithEngine(): Promise<{ kill(): void; pid: number }> {
  const program = `import { startEngine } from ${JSON.stringify(engineModule)};
    const engine = await startEngine({});
    process.stdout.write(String(engine.pid) + '\\n');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH },
  });
  const [line] = await once(child.stdout, 'data');
  return { kill: () => child.kill('SIGKILL'), pid: Number(line) };
}

describe('the embedded engine', () => {
  test('responds as soon as it is started, and ends when it is stopped', async () => {
    const engine = await startEngine({});
    const client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    client.destroy();
    await engine.stop();
    expect(isAlive(engine.pid)).toBe(false);
  });

  test('runs beside another one', async () => {
    const engines = await Promise.all([startEngine({}), startEngine({})]);
    expect(new Set(engines.map((engine) => engine.endpoint)).size).toBe(2);
    await Promise.all(engines.map((engine) => engine.stop()));
  });

  test('keeps the data in its file and leaves nothing else behind', async () => {
    const file = join(folder, 'kept.db');
    const engine = await startEngine({ file });
    await engine.stop();
    expect(existsSync(file)).toBe(true);
    const again = await startEngine({ file });
    await again.stop();
  });

  test('does not outlive a process that is killed', async () => {
    const owner = await processWithEngine();
    expect(isAlive(owner.pid)).toBe(true);
    owner.kill();
    expect(await untilDead(owner.pid)).toBe(true);
  });

  test('does not outlive its supervisor either', async () => {
    const engine = await startEngine({});
    const parent = spawn('ps', ['-o', 'ppid=', '-p', String(engine.pid)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [guard] = await once(parent.stdout, 'data');
    process.kill(Number(guard), 'SIGKILL');
    expect(await untilDead(engine.pid)).toBe(true);
    await engine.stop();
  });

  test('reports when it is killed', async () => {
    const engine = await startEngine({});
    process.kill(engine.pid, 'SIGKILL');
    await engine.ended;
    await engine.stop();
    expect(isAlive(engine.pid)).toBe(false);
  });

  test.each([
    [
      'riscv64',
      'There is no database engine for linux-riscv64 among the packages of this project. Run another DynamoDB on this machine, and name its address: for example "docker run --rm -p 127.0.0.1:8000:8000 amazon/dynamodb-local", then "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000 npm start".',
    ],
  ])('says what to do on a machine for which there is none, and downloads nothing: %s', async (arch, message) => {
    const before = Object.getOwnPropertyDescriptor(process, 'arch') as PropertyDescriptor;
    Object.defineProperty(process, 'arch', { ...before, value: arch });
    try {
      await expect(startEngine({})).rejects.toMatchObject({ name: 'LocalSystemError', message });
    } finally {
      Object.defineProperty(process, 'arch', before);
    }
  });

  test('says what to do when its file is not a database', async () => {
    const file = join(folder, 'garbage.db');
    await writeFile(file, 'this was never a database'.repeat(1000));
    await expect(startEngine({ file })).rejects.toMatchObject({
      name: 'LocalSystemError',
      message: expect.stringMatching(/^The database engine cannot be started on .*garbage\.db .* Move that file away/),
    });
  });
});
