import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listAccessKeys, readAccessKey } from '../../functions/lib/keys/access-table.ts';
import { isSecretOf, parseApiKey } from '../../functions/lib/keys/api-key.ts';
import { addUse, readNewsroomQuota } from '../../functions/lib/keys/newsroom-quota.ts';
import { tryLockFolder } from '../../local/data/folder-lock.ts';
import { announceSystem } from '../../local/data/running-system.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { type Ended, runTimeline, withEnvironment } from './support/run-timeline.ts';

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

/** Runs the command; the world's database is the "deployed" one, reached by the SDK's usual variables. */
const key = (commandLine: readonly string[], environment: Record<string, string | undefined> = {}) =>
  withEnvironment(environment, () => runTimeline(['key', ...commandLine]));

const inTable = ['--table', 'Access'];

describe('with a deployed table', () => {
  test('create prints the key alone, and only its hash is stored', async () => {
    const created = await key([
      ...['create', '--newsroom', 'afp', '--scopes', 'events:write', '--stories', 'karabakh-*', '--expires', '90d'],
      ...inTable,
    ]);
    expect(created).toEqual({
      output: expect.stringMatching(/^tl_afp-[a-z2-7]{6}_[\w-]{43}\n$/),
      errors: 'Store the key now. It cannot be shown again.\n',
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

  test('list shows the keys without their secrets, and revoke revokes one of them', async () => {
    const { output } = await key(['create', '--newsroom', 'taz', '--scopes', 'stories:write', ...inTable]);
    const { keyId = '' } = parseApiKey(output.trim()) ?? {};
    const revoked = await key(['revoke', keyId, ...inTable]);
    const keys = await listAccessKeys({ client, name: 'Access' });
    const { createdAt, revokedAt } = keys.find((each) => each.keyId === keyId) ?? {};
    expect(revoked).toEqual({
      output: `${keyId} is revoked since ${revokedAt}.\n`,
      errors: 'It stops working within a minute. Held events and webhook endpoints of its newsroom stay.\n',
      code: 0,
    });
    const listed = await key(['list', ...inTable]);
    expect(listed).toMatchObject({ errors: '', code: 0 });
    const [heading = '', ...lines] = listed.output.trimEnd().split('\n');
    expect(heading.split(/ {2,}/)).toEqual(['ID', 'NEWSROOM', 'SCOPES', 'STORIES', 'CREATED', 'STATE']);
    const line = lines.find((each) => each.startsWith(keyId)) ?? '';
    const cells = [keyId, 'taz', 'stories:write', '(all)', createdAt, `revoked ${revokedAt}`];
    expect(line.split(/ {2,}/)).toEqual(cells);
  });

  test('list --json prints the keys for programs, without the hashes', async () => {
    const { output, errors, code } = await key(['list', '--json', ...inTable]);
    const keys = await listAccessKeys({ client, name: 'Access' });
    expect({ errors, code }).toEqual({ errors: '', code: 0 });
    expect(JSON.parse(output)).toEqual(keys.map(({ secretHash: _, ...shown }) => shown));
    expect(output).not.toContain('secretHash');
  });

  test('a key that does not exist, or a table that does not, is named in a sentence', async () => {
    expect(await key(['revoke', 'afp-zzzzzz', ...inTable])).toEqual({
      output: '',
      errors: 'There is no key afp-zzzzzz. To list the keys, run: npx timeline key list\n',
      code: 1,
    });
    expect(await key(['list', '--table', 'Elsewhere'])).toEqual({
      output: '',
      errors: 'There is no table Elsewhere in this account and region. Check the name, AWS_PROFILE and AWS_REGION.\n',
      code: 1,
    });
  });

  test('a database that cannot be reached is named in a sentence', async () => {
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
    const { output, errors, code } = await key(['list', ...inTable], environment);
    expect({ output, code }).toEqual({ output: '', code: 1 });
    expect(errors).toMatch(/^The work on table Access failed\. .*127\.0\.0\.1:9.*\n$/);
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
      errors: 'There is no AWS region. Set AWS_REGION.\n',
      code: 1,
    });
    expect(await key(['list', ...inTable], withoutCredentials)).toEqual({
      output: '',
      errors: 'There are no AWS credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.\n',
      code: 1,
    });
  });
});

describe('the quotas of newsrooms', () => {
  const table = () => ({ client, name: 'Access' });
  const defaults = { events: 20_000, changes: 10_000, bytes: 536_870_912 };
  const today = () => new Date().toISOString().slice(0, 10);
  const lines = ({ output }: Ended) =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));

  test('usage prints what each newsroom has used today, and of what', async () => {
    await key(['create', '--newsroom', 'busy', '--scopes', 'events:write', ...inTable]);
    await key(['create', '--newsroom', 'idle', '--scopes', 'events:write', ...inTable]);
    const use = { events: 10_016, changes: 16, bytes: 12_345_678 };
    await addUse(table(), { newsroom: 'busy', use, written: 0, now: Date.now(), defaults }, AbortSignal.timeout(5_000));
    const shown = await key(['usage', ...inTable]);
    expect({ errors: shown.errors, code: shown.code }).toEqual({ errors: '', code: 0 });
    const [headings, ...rows] = lines(shown);
    expect(headings).toEqual(['NEWSROOM', 'QUOTA', 'USED', 'LIMIT']);
    expect(rows.filter(([newsroom = '']) => ['busy', 'idle'].includes(newsroom))).toEqual([
      ['busy', 'events', '10,016', '20,000'],
      ['busy', 'changes', '16', '10,000'],
      ['busy', 'bytes', '12,345,678', '536,870,912'],
      ['idle', 'events', '0', 'default'],
      ['idle', 'changes', '0', 'default'],
      ['idle', 'bytes', '0', 'default'],
    ]);
    const { output } = await key(['usage', '--newsroom', 'busy', '--json', ...inTable]);
    expect(JSON.parse(output)).toEqual([{ newsroom: 'busy', day: today(), used: use, limits: defaults }]);
  });

  test('quota sets some limits of a newsroom and leaves the others, and gives it the default again', async () => {
    await key(['create', '--newsroom', 'large', '--scopes', 'events:write', ...inTable]);
    const limits = ['--events', '500000', '--bytes', '4GiB'];
    expect(await key(['quota', '--newsroom', 'large', ...limits, ...inTable])).toEqual({
      output: 'large may use a day, of events: 500,000.\nlarge may use a day, of bytes: 4,294,967,296.\n',
      errors: 'It applies within a minute.\n',
      code: 0,
    });
    const own = async () => (await readNewsroomQuota(table(), 'large', Date.now())).own;
    expect(await own()).toEqual({ events: 500_000, bytes: 4_294_967_296 });
    const again = ['--events', 'default', '--changes', '0'];
    expect(await key(['quota', '--newsroom', 'large', ...again, ...inTable])).toEqual({
      output: 'large may use a day, of events: the default of the stack.\nlarge may use a day, of changes: 0.\n',
      errors: 'It applies within a minute.\n',
      code: 0,
    });
    expect(await own()).toEqual({ changes: 0, bytes: 4_294_967_296 });
    expect(lines(await key(['usage', '--newsroom', 'large', ...inTable])).slice(1)).toEqual([
      ['large', 'events', '0', 'default'],
      ['large', 'changes', '0', '0 (its own)'],
      ['large', 'bytes', '0', '4,294,967,296 (its own)'],
    ]);
  });

  test.each([['usage'], ['quota', '--events', '1']])(
    '%s of a newsroom without keys is refused',
    async (...commandLine) => {
      expect(await key([...commandLine, '--newsroom', 'unheard', ...inTable])).toEqual({
        output: '',
        errors: 'No key belongs to the newsroom unheard. To list the keys, run: npx timeline key list\n',
        code: 1,
      });
      expect(await readNewsroomQuota(table(), 'unheard', Date.now())).toMatchObject({ own: {} });
    },
  );

  test('are no keys', async () => {
    expect((await key(['list', ...inTable])).output).not.toMatch(/USE#|N#/);
  });
});

describe('with the data of the local system', () => {
  const environment = { AWS_ENDPOINT_URL_DYNAMODB: undefined };

  test('keys are created in the database of the system that runs on it', async () => {
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

  test('keys are created, listed and revoked while no system runs', async () => {
    const inData = ['--data', join(folder, 'stopped')];
    expect(await key(['list', ...inData], environment)).toEqual({
      code: 0,
      output: '',
      errors: 'There are no keys yet.\n',
    });
    const created = await key(['create', '--newsroom', 'dpa', '--scopes', 'events:write', ...inData], environment);
    expect(created).toMatchObject({ code: 0 });
    const { keyId = '' } = parseApiKey(created.output.trim()) ?? {};
    const listed = await key(['list', ...inData], environment);
    expect(listed.output).toMatch(new RegExp(`^ID .*\n${keyId}  dpa  .*  valid\n$`));
    expect(await key(['revoke', keyId, ...inData], environment)).toMatchObject({ code: 0 });
    const listedAgain = await key(['list', ...inData], environment);
    expect(listedAgain.output).toMatch(new RegExp(`\n${keyId}  dpa  .*  revoked .*\n$`));
  });
});

describe('a command line that is wrong', () => {
  test.each([
    ['destroy', "error: unknown command 'destroy'", 'key'],
    ['list all', "error: too many arguments for 'list'. Expected 0 arguments but got 1: all.", 'key list'],
    ['create --scopes events:write', "error: required option '--newsroom <name>' not specified", 'key create'],
    ['list --data=', "error: option '--data <folder>' argument '' is invalid. It is empty.", 'key list'],
    ['list --data', "error: option '--data <folder>' argument missing", 'key list'],
    [
      'list --data a --table b',
      "error: option '--table <name>' cannot be used with option '--data <folder>'",
      'key list',
    ],
    ['list --expires 90d', "error: unknown option '--expires'", 'key list'],
    ['quota --newsroom afp', 'error: give at least one of --events, --changes and --bytes.', 'key quota'],
    ['quota --events 1', "error: required option '--newsroom <name>' not specified", 'key quota'],
    [
      'quota --newsroom afp --events 1.5',
      "error: option '--events <number>' argument '1.5' is invalid. It must be a whole number, such as 50000, or \"default\".",
      'key quota',
    ],
    [
      'quota --newsroom afp --bytes 4GB',
      "error: option '--bytes <size>' argument '4GB' is invalid. It must be a number of bytes, such as 500000000, 500MiB or 2GiB, or \"default\".",
      'key quota',
    ],
    ['usage all', "error: too many arguments for 'usage'. Expected 0 arguments but got 1: all.", 'key usage'],
    ['list --verbose', "error: unknown option '--verbose'", 'key list'],
    ['revoke', "error: missing required argument 'id'", 'key revoke'],
    ['revoke a b', "error: too many arguments for 'revoke'. Expected 1 argument but got 2: a, b.", 'key revoke'],
  ])('"key %s" ends with 2 and a sentence that says what is wrong', async (commandLine, sentence, command) => {
    expect(await key(commandLine.split(' '))).toEqual({
      code: 2,
      output: '',
      errors: `${sentence}\nFor help: npx timeline ${command} --help\n`,
    });
  });

  test('without a subcommand shows the help', async () => {
    const { code, output, errors } = await key([]);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toMatch(/^Usage: npx timeline key /);
  });

  test('with a whole key, which is secret, repeats only its id', async () => {
    expect(await key(['revoke', `tl_afp-abc234_${'A'.repeat(43)}`])).toEqual({
      code: 2,
      output: '',
      errors:
        'error: give the id of the key, not the key itself. The id is afp-abc234.\n' +
        'For help: npx timeline key revoke --help\n',
    });
  });
});
