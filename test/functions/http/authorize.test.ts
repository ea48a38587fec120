import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import type { AccessTable } from '../../../functions/lib/keys/access-table.ts';
import { revokeAccessKey } from '../../../functions/lib/keys/access-table.ts';
import { newApiKey, parseApiKey } from '../../../functions/lib/keys/api-key.ts';
import { issueKey } from '../../../functions/lib/keys/issue-key.ts';
import { addUse, setLimits } from '../../../functions/lib/keys/newsroom-quota.ts';
import { lambdaContext } from '../../support/world/gateway-event.ts';
import { putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let table: AccessTable;

beforeAll(async () => {
  process.env.POWERTOOLS_LOG_LEVEL = 'ERROR';
  world = await startWorld();
  table = { client: new DynamoDBClient(), name: 'Access' };
});

afterAll(async () => {
  table.client.destroy();
  await world.stop();
});

const idOf = (key: string) => parseApiKey(key)?.keyId ?? '';
const issue = (more: object = {}) =>
  issueKey(table, { newsroom: 'afp', scopes: ['events:write'], ...more }, Date.now());

async function decisionOn(header: string | undefined, routeKey = 'POST /v1/events') {
  const { handler } = await import('../../../functions/authorize.ts');
  const identitySource = header === undefined ? undefined : [header];
  const requestContext = { requestId: 'request-1' };
  const event = { version: '2.0', type: 'REQUEST', routeKey, identitySource, requestContext };
  return handler(event as APIGatewayRequestAuthorizerEventV2, lambdaContext);
}

/** The errors that the function logs during some work. */
async function logged(work: () => Promise<void>): Promise<object[]> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((chunk) => written.push(String(chunk)) > 0),
  );
  try {
    await work();
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  return written.map((line) => JSON.parse(line));
}

const denied = { isAuthorized: false };

describe('a key that is good', () => {
  test('is told whose it is and what it may do', async () => {
    const key = await issue({ scopes: ['events:write', 'stories:write'], stories: ['karabakh-*', 'lachin'] });
    expect(await decisionOn(`Bearer ${key}`)).toEqual({
      isAuthorized: true,
      context: {
        newsroom: 'afp',
        keyId: idOf(key),
        scopes: 'events:write stories:write',
        stories: 'karabakh-* lachin',
        dailyUse: expect.any(String),
      },
    });
  });

  test('has the same decision on every route, since the gateway keeps it for all of them', async () => {
    const key = await issue();
    const decision = {
      isAuthorized: true,
      context: {
        newsroom: 'afp',
        keyId: idOf(key),
        scopes: 'events:write',
        stories: '',
        dailyUse: expect.any(String),
      },
    };
    expect(await decisionOn(`Bearer ${key}`, 'POST /v1/events')).toEqual(decision);
    expect(await decisionOn(`Bearer ${key}`, 'PUT /v1/stories/{story}')).toEqual(decision);
  });

  test('may come with the scheme in any case', async () => {
    expect(await decisionOn(`bearer ${await issue()}`)).toMatchObject({ isAuthorized: true });
  });

  test('is good until it expires', async () => {
    expect(await decisionOn(`Bearer ${await issue({ lifetimeMs: 60_000 })}`)).toMatchObject({ isAuthorized: true });
    expect(await decisionOn(`Bearer ${await issue({ lifetimeMs: 0 })}`)).toEqual(denied);
  });

  test('is good until it is revoked', async () => {
    const key = await issue();
    expect(await decisionOn(`Bearer ${key}`)).toMatchObject({ isAuthorized: true });
    await revokeAccessKey(table, idOf(key), new Date().toISOString());
    expect(await decisionOn(`Bearer ${key}`)).toEqual(denied);
  });
});

describe('the quota of a newsroom', () => {
  const knownTo = async (header: string) => JSON.parse((await decisionOn(header)).context?.dailyUse ?? 'null');
  const today = () => new Date().toISOString().slice(0, 10);
  const defaults = { events: 50_000, changes: 20_000, bytes: 1_073_741_824 };
  const none = { events: 0, changes: 0, bytes: 0 };

  test('is the default of the stack, of which nothing is used, until something is known of it', async () => {
    const key = await issue({ newsroom: 'fresh' });
    expect(await knownTo(`Bearer ${key}`)).toEqual({ day: today(), used: none, limits: defaults });
  });

  test('is what its record and the use of today say, and the default for the rest', async () => {
    const key = await issue({ newsroom: 'busy' });
    await setLimits(table, 'busy', { events: 5, changes: 7 });
    await setLimits(table, 'busy', { changes: null });
    const used = { events: 16, changes: 0, bytes: 16_384 };
    const stale = { events: 1, changes: 1, bytes: 1 };
    const signal = AbortSignal.timeout(5_000);
    await addUse(table, { newsroom: 'busy', use: used, written: 0, now: Date.now(), defaults: stale }, signal);
    await addUse(
      table,
      { newsroom: 'busy', use: used, written: 0, now: Date.now() - 86_400_000, defaults: stale },
      signal,
    );
    expect(await knownTo(`Bearer ${key}`)).toEqual({ day: today(), used, limits: { ...defaults, events: 5 } });
  });

  test('that cannot be read is not enforced: the key is good without it', async () => {
    const key = await issue({ newsroom: 'newer' });
    await putItem('Access', { pk: 'N#newer', sk: 'NEWSROOM', v: 2 });
    const lines = await logged(async () =>
      expect(await decisionOn(`Bearer ${key}`)).toEqual({
        isAuthorized: true,
        context: { newsroom: 'newer', keyId: idOf(key), scopes: 'events:write', stories: '' },
      }),
    );
    expect(lines).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'The quotas of a newsroom cannot be read, so they are not enforced.',
        correlation_id: 'request-1',
        newsroom: 'newer',
        error: expect.objectContaining({ name: 'UnreadableItem' }),
      }),
    ]);
  });
});

describe('a header that is not', () => {
  test('of an unknown key, or with another secret, is denied', async () => {
    const [mine, other] = [await issue(), await issue()];
    const swapped = `tl_${idOf(mine)}_${other.slice(`tl_${idOf(other)}_`.length)}`;
    expect(await decisionOn(`Bearer ${newApiKey('afp').key}`)).toEqual(denied);
    expect(await decisionOn(`Bearer ${swapped}`)).toEqual(denied);
  });

  test('of exactly the form is denied', async () => {
    const key = await issue();
    const headers = [
      undefined,
      '',
      key,
      'Bearer',
      'Bearer ',
      `Bearer  ${key}`,
      `Bearer ${key} `,
      ` Bearer ${key}`,
      `Bearer ${key},Bearer ${key}`,
      `Bearer ${key}, ${key}`,
      `Bearer ${key}\n`,
      `Basic ${Buffer.from(key).toString('base64')}`,
      `Bearer ${key.slice(0, -1)}`,
      `Bearer ${'x'.repeat(100_000)}`,
    ];
    const decisions = await Promise.all(headers.map((header) => decisionOn(header)));
    expect(decisions).toEqual(headers.map(() => denied));
  });
});

test('if keys cannot be looked up, nobody is told anything, and the log says which request waited for it', async () => {
  await world.stop();
  const lines = await logged(() => expect(decisionOn(`Bearer ${newApiKey('afp').key}`)).rejects.toThrow());
  expect(lines).toEqual([
    expect.objectContaining({ level: 'ERROR', message: 'The lookup of a key failed.', correlation_id: 'request-1' }),
  ]);
});
