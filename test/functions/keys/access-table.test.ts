import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { AccessKey, AccessTable } from '../../../functions/lib/keys/access-table.ts';
import {
  addAccessKey,
  listAccessKeys,
  readAccessKey,
  revokeAccessKey,
} from '../../../functions/lib/keys/access-table.ts';
import { parseApiKey, secretHashOf } from '../../../functions/lib/keys/api-key.ts';
import { issueKey } from '../../../functions/lib/keys/issue-key.ts';
import { itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const key = (keyId: string, more: Partial<AccessKey> = {}): AccessKey => ({
  keyId,
  newsroom: 'afp',
  secretHash: secretHashOf('secret'),
  scopes: ['events:write'],
  stories: [],
  createdAt: '2026-11-22T10:00:00.000Z',
  ...more,
});

let world: World;
let table: AccessTable;

beforeAll(async () => {
  world = await startWorld();
  table = { client: new DynamoDBClient(), name: 'Access' };
});

afterAll(async () => {
  table.client.destroy();
  await world.stop();
});

describe('the table of keys', () => {
  const first = key('afp-aaaaaa', { stories: ['karabakh-*'], expiresAt: '2027-01-01T00:00:00.000Z' });
  const second = key('reuters-bbbbbb', { newsroom: 'reuters', scopes: ['events:write', 'stories:write'] });

  beforeEach(async () => {
    for (const each of [second, first]) await addAccessKey(table, each).catch(() => {});
  });

  test('returns a key as it was added', async () => {
    expect(await readAccessKey(table, 'afp-aaaaaa')).toEqual(first);
    expect(await readAccessKey(table, 'reuters-bbbbbb')).toEqual(second);
    expect(await readAccessKey(table, 'afp-cccccc')).toBeUndefined();
  });

  test('never stores two keys with one id', async () => {
    await expect(addAccessKey(table, key('afp-aaaaaa', { newsroom: 'other' }))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    expect(await readAccessKey(table, 'afp-aaaaaa')).toEqual(first);
  });

  test('cannot read a key of an unknown version, and the error names it', async () => {
    const [item] = await itemsOf('Access', 'K#afp-aaaaaa');
    await putItem('Access', { ...item, v: 2 });
    const refused = {
      name: 'UnreadableItem',
      message:
        'The access key (pk K#afp-aaaaaa, sk KEY) has version 2; this release reads version 1. See "Upgrading and going back" in docs/operating.md.',
    };
    await expect(readAccessKey(table, 'afp-aaaaaa')).rejects.toMatchObject(refused);
    await expect(listAccessKeys(table)).rejects.toMatchObject(refused);
    const { v: _v, ...unversioned } = item ?? {};
    await putItem('Access', unversioned);
    expect(await readAccessKey(table, 'afp-aaaaaa')).toEqual(first);
    await putItem('Access', { ...unversioned, v: 1 });
  });

  test('lists the keys by their ids', async () => {
    expect(await listAccessKeys(table)).toEqual([first, second]);
  });

  test('revokes a key permanently, and keeps the first time', async () => {
    await addAccessKey(table, key('afp-dddddd'));
    const now = '2026-11-22T11:00:00.000Z';
    expect(await revokeAccessKey(table, 'afp-dddddd', now)).toBe(now);
    expect(await revokeAccessKey(table, 'afp-dddddd', '2026-11-22T12:00:00.000Z')).toBe(now);
    expect(await readAccessKey(table, 'afp-dddddd')).toEqual(key('afp-dddddd', { revokedAt: now }));
  });

  test('returns undefined when an unknown key is revoked', async () => {
    expect(await revokeAccessKey(table, 'afp-eeeeee', '2026-11-22T11:00:00.000Z')).toBeUndefined();
    expect(await readAccessKey(table, 'afp-eeeeee')).toBeUndefined();
  });
});

describe('a new key', () => {
  test('is stored as a hash, with its scopes, stories and expiry', async () => {
    const grant = {
      newsroom: 'taz',
      scopes: ['events:write', 'stories:write'],
      stories: ['karabakh-*'],
      lifetimeMs: 3_600_000,
    } as const;
    const issued = await issueKey(table, grant, Date.parse('2026-11-22T10:00:00Z'));
    const { keyId = '', secret = '' } = parseApiKey(issued) ?? {};
    expect(await readAccessKey(table, keyId)).toEqual({
      keyId,
      newsroom: 'taz',
      secretHash: secretHashOf(secret),
      scopes: ['events:write', 'stories:write'],
      stories: ['karabakh-*'],
      createdAt: '2026-11-22T10:00:00.000Z',
      expiresAt: '2026-11-22T11:00:00.000Z',
    });
  });

  test('is not stored in the table itself', async () => {
    const issued = await issueKey(table, { newsroom: 'taz', scopes: ['events:write'] }, 0);
    const { keyId = '', secret = '' } = parseApiKey(issued) ?? {};
    const Key = { pk: { S: `K#${keyId}` }, sk: { S: 'KEY' } };
    const { Item } = await table.client.send(new GetItemCommand({ TableName: table.name, Key }));
    expect(Item).toBeDefined();
    expect(JSON.stringify(Item)).not.toContain(secret);
    expect(Item).not.toHaveProperty('expiresAt');
  });
});
