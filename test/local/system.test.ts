import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
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
  const listeners = await engineProcesses(new URL(system.endpoint).port);
  return { child, system, engines: listeners };
}

/** Processes on this machine whose command line names an engine on a port. */
async function engineProcesses(port: string): Promise<number[]> {
  const list = spawn('ps', ['-eo', 'pid=,args='], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of list.stdout) text += chunk;
  const lines = text.split('\n').filter((line) => line.includes(`--port ${port} `));
  return lines.map((line) => Number.parseInt(line, 10));
}

describe('a local system', () => {
  test('has the outputs of the stack, which are in system.json while it runs', async () => {
    const system = await start();
    expect(system.outputs).toEqual({
      ApiUrl: system.url,
      ThingsTable: 'Things',
      DiscardedUrl: `${system.queuesEndpoint}/000000000000/Discarded`,
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
