import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { LocalDatabase } from '../../local/data/data-folder.ts';
import { withLocalDatabase } from '../../local/data/data-folder.ts';
import { startEngine } from '../../local/engines/engine.ts';
import { localAccount } from '../../local/engines/local-client.ts';
import type { LocalSystem, LocalSystemOptions } from '../../local/system.ts';
import { startLocalSystem } from '../../local/system.ts';
import type { Workspace } from './support/fixture-stack.ts';
import { createWorkspace, fixtureTemplate, writeCloudAssembly } from './support/fixture-stack.ts';
import { isAlive, untilDead } from './support/processes.ts';
import { recorded } from './support/record.ts';

const systemModule = join(import.meta.dirname, '..', '..', 'local', 'system.ts');

let workspace: Workspace;
const running: LocalSystem[] = [];

beforeEach(async () => {
  workspace = await createWorkspace();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((system) => system.stop()));
  await workspace.remove();
});

async function start(options: Partial<LocalSystemOptions> = {}): Promise<LocalSystem> {
  const { dataFolder, templateFolder } = workspace;
  const system = await startLocalSystem({ port: 0, dataFolder, templateFolder, ...options });
  running.push(system);
  return system;
}

async function put({ endpoint, outputs }: LocalDatabase, sk: string): Promise<void> {
  const client = new DynamoDBClient({ ...localAccount, endpoint });
  await client.send(
    new PutItemCommand({ TableName: outputs.ThingsTable, Item: { pk: { S: 'thing' }, sk: { S: sk } } }),
  );
  client.destroy();
}

async function has({ endpoint, outputs }: LocalDatabase, sk: string): Promise<boolean> {
  const client = new DynamoDBClient({ ...localAccount, endpoint });
  const Key = { pk: { S: 'thing' }, sk: { S: sk } };
  const { Item } = await client.send(new GetItemCommand({ TableName: outputs.ThingsTable, Key }));
  client.destroy();
  return Item !== undefined;
}

/** A system in a process of its own, which tells where it is and which engine it runs. */
async function startElsewhere() {
  const { dataFolder, templateFolder } = workspace;
  const program = `import { startLocalSystem } from ${JSON.stringify(systemModule)};
    const system = await startLocalSystem(${JSON.stringify({ port: 0, dataFolder, templateFolder })});
    console.log(JSON.stringify(system));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const system = JSON.parse(line);
  return { child, system, engines: await engineProcesses(join(dataFolder, 'database.db')) };
}

/** The processes on this machine whose command line names an engine on a file, a line each. */
async function processesWith(file: string): Promise<string> {
  const list = spawn('ps', ['-ww', '-eo', 'pid=,args='], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of list.stdout) text += chunk;
  const lines = text.split('\n').filter((line) => line.includes(`--db-path ${file}`));
  return lines.join('\n');
}

async function engineProcesses(file: string): Promise<number[]> {
  return (await processesWith(file))
    .split('\n')
    .filter(Boolean)
    .map((line) => Number.parseInt(line, 10));
}

describe('a local system', () => {
  test('has the outputs of the stack, which are in system.json while it runs', async () => {
    const system = await start();
    expect(system.outputs).toEqual({
      ApiUrl: system.url,
      ThingsTable: 'Things',
      DiscardedUrl: `${system.queuesEndpoint}/000000000000/Discarded`,
      StoppedUrl: `${system.queuesEndpoint}/000000000000/StoppedQueue`,
      AllowedUrl: `${system.queuesEndpoint}/000000000000/AllowedQueue`,
      DeadUrl: `${system.queuesEndpoint}/000000000000/Dead`,
      WorkUrl: `${system.queuesEndpoint}/000000000000/Work`,
    });
    const file = join(workspace.dataFolder, 'system.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      pid: process.pid,
      url: system.url,
      endpoint: system.endpoint,
      queuesEndpoint: system.queuesEndpoint,
      outputs: system.outputs,
    });
    await system.stop();
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('runs beside another one with a folder of its own', async () => {
    const [one, other] = [await start(), await start({ dataFolder: join(workspace.folder, 'other') })];
    await put(one, 'here');
    expect([await has(one, 'here'), await has(other, 'here')]).toEqual([true, false]);
  });

  test('keeps its data between runs', async () => {
    const first = await start();
    await put(first, 'kept');
    await first.stop();
    expect(await has(await start(), 'kept')).toBe(true);
  });

  test('does not respond after it is stopped, and can be stopped twice', async () => {
    const system = await start();
    await Promise.all([system.stop(), system.stop()]);
    await expect(fetch(`${system.url}/echo`)).rejects.toThrow();
    await expect(fetch(system.endpoint)).rejects.toThrow();
    await expect(fetch(system.queuesEndpoint)).rejects.toThrow();
  });

  test('leaves no process behind when it is killed, and the next one continues with its data', async () => {
    const { child, system, engines } = await startElsewhere();
    expect(engines.length).toBeGreaterThan(0);
    await put(system, 'R#before');
    child.kill('SIGKILL');
    for (const pid of engines) expect(await untilDead(pid)).toBe(true);
    const next = await start();
    await next.whenIdle();
    expect(await has(next, 'R#before')).toBe(true);
    expect((await recorded(workspace.record, 'consume')).flat()).toContain('R#before');
  });

  test('uses the DynamoDB at AWS_ENDPOINT_URL_DYNAMODB', async () => {
    const engine = await startEngine({});
    process.env.AWS_ENDPOINT_URL_DYNAMODB = engine.endpoint;
    try {
      const system = await start();
      await put(system, 'R#foreign');
      await system.whenIdle();
      expect(system.endpoint).toBe(engine.endpoint);
      expect((await recorded(workspace.record, 'consume')).flat()).toEqual(['R#foreign']);
      await system.stop();
      expect(isAlive(engine.pid)).toBe(true);
    } finally {
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
      await engine.stop();
    }
  });
});

describe('what a local system keeps', () => {
  const filesIn = async (folder: string) =>
    (await readdir(folder, { withFileTypes: true, recursive: true }))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('cdk.out'));
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  /** The modes of everything in the data folder, besides the stack, which has neither data nor secrets. */
  const modes = async () => {
    const { dataFolder } = workspace;
    const paths = [dataFolder, ...(await filesIn(dataFolder))];
    return Object.fromEntries(
      await Promise.all(paths.map(async (path) => [relative(dataFolder, path), await modeOf(path)])),
    );
  };
  const use = async (system: LocalSystem) => {
    await put(system, 'R#private');
    await fetch(`${system.url}/throwing`);
    await system.whenIdle();
  };

  test('only its owner can read, whatever the mask of the process', async () => {
    const before = process.umask(0);
    try {
      await use(await start());
      const seen = await modes();
      expect(Object.keys(seen)).toEqual(
        expect.arrayContaining([
          '',
          'database.db',
          'lock',
          'logs',
          'logs/throwing.log',
          'stream-positions.json',
          'system.json',
        ]),
      );
      expect(Object.entries(seen).filter(([, mode]) => mode !== '600' && mode !== '700')).toEqual([]);
    } finally {
      process.umask(before);
    }
  });

  test('of an earlier version, that everyone could read, is restricted', async () => {
    const { dataFolder } = workspace;
    const system = await start();
    await use(system);
    await system.stop();
    for (const path of [dataFolder, ...(await filesIn(dataFolder))]) await chmod(path, 0o755);
    await start();
    const seen = await modes();
    expect(seen['']).toBe('700');
    expect(Object.entries(seen).filter(([, mode]) => mode !== '600' && mode !== '700')).toEqual([]);
  });

  test('in a folder with files of its user is private by itself, and the folder stays open', async () => {
    const { dataFolder } = workspace;
    await mkdir(dataFolder, { mode: 0o755 });
    await writeFile(join(dataFolder, 'notes.txt'), 'mine', { mode: 0o644 });
    await use(await start());
    const { '': folder, 'notes.txt': notes, ...others } = await modes();
    expect([folder, notes]).toEqual(['755', '644']);
    expect(Object.entries(others).filter(([, mode]) => mode !== '600' && mode !== '700')).toEqual([]);
  });
});

describe('the database and the queues of a local system', () => {
  const listTables = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' };
  const listQueues = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' };
  const signed = {
    'x-amz-date': '20200101T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=local/20200101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
  };
  const ask = (url: string, headers: Record<string, string>, method = 'POST') =>
    new Promise<[number | undefined, Record<string, unknown>]>((resolve, reject) => {
      const sent = request(url, { method, headers }, (answer) => {
        answer.resume().on('end', () => resolve([answer.statusCode, answer.headers]));
      });
      sent.on('error', reject).end(method === 'POST' ? '{}' : undefined);
    });

  test.each([
    ['a page', { origin: 'https://page.example' }],
    ['a page of this machine', { origin: 'http://localhost:5173' }],
    ['a page without an origin', { origin: 'null' }],
    ['an image on a page', { 'sec-fetch-site': 'cross-site' }],
    ['a page of a site whose name resolves to this machine', { host: 'rebound.example' }],
  ])('answer the system, and not %s', async (_, headers) => {
    const { endpoint, queuesEndpoint } = await start();
    for (const [url, operation] of [
      [endpoint, listTables],
      [queuesEndpoint, listQueues],
    ] as const) {
      expect((await ask(url, { ...operation, ...signed }))[0]).toBe(200);
      for (const method of ['POST', 'OPTIONS', 'GET']) {
        const [status, answered] = await ask(url, { ...operation, ...signed, ...headers }, method);
        expect([method, status, Object.keys(answered).filter((name) => name.startsWith('access-control'))]).toEqual([
          method,
          403,
          [],
        ]);
      }
    }
  });

  test('answer nobody without the token of the database, or without a signature', async () => {
    const { endpoint, queuesEndpoint } = await start();
    const { origin, pathname } = new URL(endpoint);
    for (const path of ['/', '/guessed', `${pathname}x`, pathname.slice(0, -1), `/${pathname}`]) {
      expect((await ask(`${origin}${path}`, { ...listTables, ...signed }))[0]).toBe(403);
    }
    expect((await ask(queuesEndpoint, listQueues))[0]).toBe(403);
  });

  test('leave the engine itself at an address that a page cannot find', async () => {
    await start();
    const [, host] = / --host (\S+) /.exec(await processesWith(join(workspace.dataFolder, 'database.db'))) ?? [];
    expect(host).toMatch(/^127\.(?!0\.0\.1$)\d+\.\d+\.\d+$/);
  });
});

describe('a local system that cannot start says why in a sentence', () => {
  const refusal = (message: unknown) => ({ name: 'LocalSystemError', message });

  test('when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(start({ port })).rejects.toMatchObject(
      refusal(
        `Port ${port} is taken by another program. Stop it, or choose another port: npm start -- --port ${port + 1}`,
      ),
    );
    other.close();
  });

  test('when another system uses the folder', async () => {
    const { url } = await start();
    const { dataFolder } = workspace;
    await expect(start()).rejects.toMatchObject(
      refusal(
        `The data folder ${dataFolder} is in use by another process (${process.pid}, at ${url}). Stop it, or choose another folder with --data.`,
      ),
    );
  });

  test('when the database is damaged', async () => {
    const { dataFolder } = workspace;
    await (await start()).stop();
    const file = join(dataFolder, 'database.db');
    const content = await readFile(file);
    content.fill(0x2a, 4096);
    await writeFile(file, content);
    await expect(start()).rejects.toMatchObject(
      refusal(
        `The data in ${file} is damaged. Restore a copy, move the folder away to begin with no data, or choose another folder with --data.`,
      ),
    );
  });

  test('when the folder cannot be written', async () => {
    const dataFolder = join(workspace.record, 'below-a-file');
    await expect(start({ dataFolder })).rejects.toMatchObject(
      refusal(
        expect.stringMatching(
          /^The data folder .*below-a-file cannot be used \(.*\)\. Make it writable, or choose another folder/,
        ),
      ),
    );
  });

  test('when no DynamoDB responds at AWS_ENDPOINT_URL_DYNAMODB', async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:9';
    try {
      await expect(start()).rejects.toMatchObject(
        refusal(
          expect.stringMatching(/^No DynamoDB responds at http:\/\/127\.0\.0\.1:9 .* unset AWS_ENDPOINT_URL_DYNAMODB/),
        ),
      );
    } finally {
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    }
  });

  test('when the stack has no function for a route', async () => {
    const template = fixtureTemplate(workspace.record);
    delete template.Resources.Text;
    await writeCloudAssembly(workspace.templateFolder, template);
    await expect(start()).rejects.toMatchObject(
      refusal(
        'The template refers to "Text.Arn", which does not exist locally. Give it a value where its type is set up: see local/README.md.',
      ),
    );
  });
});

describe('work on the database of a data folder', () => {
  test('uses the engine of the system that runs on it', async () => {
    const system = await start();
    const seen = await withLocalDatabase(workspace.dataFolder, async (database) => database);
    expect(seen).toMatchObject({ endpoint: system.endpoint, outputs: system.outputs });
  });

  test('starts an engine for the work when none runs, and creates the tables', async () => {
    const { dataFolder, templateFolder } = workspace;
    await mkdir(dataFolder);
    await cp(templateFolder, join(dataFolder, 'cdk.out'), { recursive: true });
    const endpoint = await withLocalDatabase(dataFolder, async (database) => {
      expect(database.outputs).toEqual({ ThingsTable: 'Things' });
      await put(database, 'by a command');
      return database.endpoint;
    });
    await expect(fetch(endpoint)).rejects.toThrow();
    expect(await has(await start(), 'by a command')).toBe(true);
  });

  test('waits for other work on it to end', async () => {
    const { dataFolder, templateFolder } = workspace;
    await mkdir(dataFolder);
    await cp(templateFolder, join(dataFolder, 'cdk.out'), { recursive: true });
    const order: string[] = [];
    const work = (name: string) =>
      withLocalDatabase(dataFolder, async (database) => {
        order.push(`${name} begins`);
        await put(database, name);
        order.push(`${name} ends`);
      });
    await Promise.all([work('one'), work('two')]);
    const oneFirst = ['one begins', 'one ends', 'two begins', 'two ends'];
    expect([oneFirst, [...oneFirst.slice(2), ...oneFirst.slice(0, 2)]]).toContainEqual(order);
  });
});
