import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listAccessKeys, readAccessKey } from '../../functions/lib/keys/access-table.ts';
import { isSecretOf, parseApiKey } from '../../functions/lib/keys/api-key.ts';
import { tryLockFolder } from '../../local/data/folder-lock.ts';
import { announceSystem } from '../../local/data/running-system.ts';
import { startWorld, type World } from '../support/world/world.ts';

const command = fileURLToPath(new URL('../../commands/key.ts', import.meta.url));

let world: World;
let client: DynamoDBClient;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  client = new DynamoDBClient();
  folder = await mkdtemp(join(tmpdir(), 'timeline-keys-'));
});

afterAll(async () => {
  client.destroy();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command as npm does; the world's database is the "deployed" one, reached by the SDK's usual variables. */
async function key(commandLine: readonly string[], environment: Record<string, string | undefined> = {}) {
  const flags = ['--disable-warning=ExperimentalWarning', command];
  const env: Record<string, string | undefined> = { ...process.env, ...environment };
  delete env.NODE_OPTIONS;
  const child = spawn(process.execPath, [...flags, ...commandLine], { cwd: folder, env });
  const [output, remark, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { output, remark, code };
}

const inTable = ['--table', 'Access'];

describe('with a deployed table', () => {
  test('create prints the key alone, and what is stored can only recognise it', async () => {
    const created = await key([
      ...['create', '--newsroom', 'afp', '--scopes', 'events:write', '--stories', 'karabakh-*', '--expires', '90d'],
      ...inTable,
    ]);
    expect(created).toEqual({
      output: expect.stringMatching(/^tl_afp-[a-z2-7]{6}_[\w-]{43}\n$/),
      remark: 'This is the only time that the key is shown.\n',
      code: 0,
    });
    const { keyId = '', secret = '' } = parseApiKey(created.output.trim()) ?? {};
    const stored = await readAccessKey({ client, name: 'Access' }, keyId);
    expect(stored).toEqual({
      keyId,
      newsroom: 'afp',
      secretHash: expect.any(String),
      scopes: ['events:write'],
      stories: ['karabakh-*'],
      createdAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect(isSecretOf(secret, stored?.secretHash)).toBe(true);
    expect(Date.parse(stored?.expiresAt ?? '') - Date.parse(stored?.createdAt ?? '')).toBe(90 * 86_400_000);
  });

  test('list shows the keys without their secrets, revoke ends one of them', async () => {
    const { output } = await key(['create', '--newsroom', 'taz', '--scopes', 'stories:write', ...inTable]);
    const { keyId = '' } = parseApiKey(output.trim()) ?? {};
    const revoked = await key(['revoke', keyId, ...inTable]);
    const keys = await listAccessKeys({ client, name: 'Access' });
    const { createdAt, revokedAt } = keys.find((each) => each.keyId === keyId) ?? {};
    expect(revoked).toEqual({
      output: `${keyId} is revoked since ${revokedAt}.\n`,
      remark: 'Within a minute it is refused everywhere.\n',
      code: 0,
    });
    const listed = await key(['list', ...inTable]);
    expect(listed).toMatchObject({ remark: '', code: 0 });
    const [heading = '', ...lines] = listed.output.trimEnd().split('\n');
    expect(heading.split(/ {2,}/)).toEqual(['ID', 'NEWSROOM', 'SCOPES', 'STORIES', 'CREATED', 'STATE']);
    const line = lines.find((each) => each.startsWith(keyId)) ?? '';
    const cells = [keyId, 'taz', 'stories:write', '(all)', createdAt, `revoked ${revokedAt}`];
    expect(line.split(/ {2,}/)).toEqual(cells);
  });

  test('a key that does not exist, or a table that does not, is told in a sentence', async () => {
    expect(await key(['revoke', 'afp-zzzzzz', ...inTable])).toEqual({
      output: '',
      remark: 'There is no key afp-zzzzzz; "list" shows those there are.\n',
      code: 1,
    });
    expect(await key(['list', '--table', 'Elsewhere'])).toEqual({
      output: '',
      remark: 'There are no keys in table Elsewhere: the table does not exist.\n',
      code: 1,
    });
  });

  test('a database that cannot be reached is told in a sentence', async () => {
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
    const { output, remark, code } = await key(['list', ...inTable], environment);
    expect({ output, code }).toEqual({ output: '', code: 1 });
    expect(remark).toMatch(/^The keys in table Access cannot be reached: .*127\.0\.0\.1:9.*\n$/);
  });

  test('without a region or credentials it says what to set', async () => {
    const bare = {
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const withoutRegion = { ...bare, AWS_REGION: undefined };
    const withoutCredentials = { ...bare, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    expect(await key(['list', ...inTable], withoutRegion)).toEqual({
      output: '',
      remark: 'There is no AWS region. Set AWS_REGION.\n',
      code: 1,
    });
    expect(await key(['list', ...inTable], withoutCredentials)).toEqual({
      output: '',
      remark: 'There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
      code: 1,
    });
  });
});

describe('with the data of the local system', () => {
  const environment = { AWS_ENDPOINT_URL_DYNAMODB: undefined };

  test('keys are made in the database of the system that runs on it', async () => {
    const dataFolder = join(folder, 'running');
    const lock = tryLockFolder(dataFolder);
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
    const outputs = { AccessTable: 'Access' };
    announceSystem(dataFolder, { pid: process.pid, url: endpoint, endpoint, queuesEndpoint: endpoint, outputs });
    const scopes = ['--scopes', 'events:write,stories:write'];
    const created = await key(['create', '--newsroom', 'dpa', ...scopes, '--data', dataFolder], environment);
    lock?.release();
    expect(created).toMatchObject({ code: 0 });
    const { keyId = '' } = parseApiKey(created.output.trim()) ?? {};
    expect(await readAccessKey({ client, name: 'Access' }, keyId)).toMatchObject({
      newsroom: 'dpa',
      scopes: ['events:write', 'stories:write'],
      stories: [],
    });
  });

  test('keys are made, listed and revoked while none runs', async () => {
    const inData = ['--data', 'stopped'];
    const created = await key(['create', '--newsroom', 'dpa', '--scopes', 'events:write', ...inData], environment);
    expect(created).toMatchObject({ code: 0 });
    const { keyId = '' } = parseApiKey(created.output.trim()) ?? {};
    const listed = await key(['list', ...inData], environment);
    expect(listed.output).toMatch(new RegExp(`^ID .*\n${keyId}  dpa  .*  valid\n$`));
    expect(await key(['revoke', keyId, ...inData], environment)).toMatchObject({ code: 0 });
    const listedAgain = await key(['list', ...inData], environment);
    expect(listedAgain.output).toMatch(new RegExp(`\n${keyId}  dpa  .*  revoked .*\n$`));
  }, 120_000);
});

describe('what it does not understand', () => {
  test('is told with the usage and a code of its own, and nothing on standard output', async () => {
    const { output, remark, code } = await key(['create', '--scopes', 'events:write']);
    expect({ output, code }).toEqual({ output: '', code: 2 });
    expect(remark).toMatch(/^Say whose key it is: --newsroom NAME\.\n\nUsage:\n/);
  });

  test('can be read in its help', async () => {
    const { output, code } = await key(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage:\n/);
  });
});
