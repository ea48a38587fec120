import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ensureDevelopmentKey } from '../../../commands/api/development-key.ts';
import { type AccessTable, listAccessKeys, revokeAccessKey } from '../../../functions/lib/keys/access-table.ts';
import { issueKey } from '../../../functions/lib/keys/issue-key.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const scopes = ['events:write', 'events:redact', 'stories:write', 'webhooks:manage'];

let world: World;
let table: AccessTable;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  table = { client: new DynamoDBClient(), name: 'Access' };
  folder = await mkdtemp(join(tmpdir(), 'timeline-development-key-'));
});

afterAll(async () => {
  table.client.destroy();
  await world.stop();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => emptyTable('Access'));

const keep = (key: string) => writeFile(join(folder, 'development-key'), `${key}\n`);

const ensured = () => ensureDevelopmentKey(folder, process.env.AWS_ENDPOINT_URL_DYNAMODB as string, 'Access');
const known = async () =>
  (await listAccessKeys(table)).map(({ newsroom, scopes, stories }) => ({ newsroom, scopes, stories }));

test('The development key has all scopes, and stays the same', async () => {
  const key = await ensured();
  expect(await known()).toEqual([{ newsroom: 'example', scopes, stories: [] }]);
  expect(await ensured()).toBe(key);
  expect(await known()).toHaveLength(1);
});

test('A development key of an earlier version stays the same, and gets the scopes that were added since', async () => {
  const grant = { newsroom: 'example', scopes: ['events:write', 'stories:write'] } as const;
  const key = await issueKey(table, grant, 0);
  await keep(key);
  expect(await ensured()).toBe(key);
  expect(await known()).toEqual([{ newsroom: 'example', scopes, stories: [] }]);
});

test('A development key that the database does not have is replaced', async () => {
  await keep(`tl_example-aaaaaa_${'A'.repeat(43)}`);
  const key = await ensured();
  expect(key).not.toContain('example-aaaaaa');
  expect(await ensured()).toBe(key);
  expect(await known()).toHaveLength(1);
});

test('A development key that was revoked is replaced', async () => {
  const revoked = await ensured();
  const [first] = await listAccessKeys(table);
  await revokeAccessKey(table, first?.keyId as string, '2026-11-29T00:00:00.000Z');
  const key = await ensured();
  expect(key).not.toBe(revoked);
  expect(await ensured()).toBe(key);
  expect((await listAccessKeys(table)).filter(({ revokedAt }) => revokedAt === undefined)).toHaveLength(1);
});
