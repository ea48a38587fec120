import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { workerTimeoutMs } from '../../../events/webhooks/delivery-timing.ts';
import { problem } from '../../support/expectations/problem.ts';
import { createdEndpoint, endpointsPath } from '../../support/receivers/endpoints.ts';
import { interfere } from '../../support/world/interference.ts';
import { itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const secretForm = expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/);

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

const rotate = (id: string, body?: object) =>
  world.call('POST', `${endpointsPath}/${id}/secret/rotate`, body && { body });

async function signing(id: string, now = Date.now()): Promise<string[]> {
  const { readSecrets } = await import('../../../functions/lib/subscribers/endpoints/endpoint-secrets.ts');
  return readSecrets(id, now);
}

describe('a rotated secret', () => {
  test('signs first, and the previous one beside it until the overlap ends, to the millisecond', async () => {
    const { id, secret: first } = await createdEndpoint(world);
    expect(await signing(id)).toEqual([first]);
    const reply = await rotate(id, { overlapSeconds: 60 });
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(reply.body).toEqual({ id, secret: secretForm, previousSecretExpiresAt: instant });
    const end = Date.parse(reply.body.previousSecretExpiresAt);
    expect(await signing(id, end - 1)).toEqual([reply.body.secret, first]);
    expect(await signing(id, end)).toEqual([reply.body.secret]);
  });

  test('signs alone at once without overlap, and with the previous one for a day by default', async () => {
    const { id } = await createdEndpoint(world);
    const before = Date.now();
    const { body: second } = await rotate(id);
    const end = Date.parse(second.previousSecretExpiresAt);
    expect(end - before).toBeGreaterThanOrEqual(86_400_000);
    expect(end - Date.now()).toBeLessThanOrEqual(86_400_000);
    const { body: third } = await rotate(id, { overlapSeconds: 0 });
    expect(third).toEqual({ id, secret: secretForm, previousSecretExpiresAt: null });
    expect(await signing(id)).toEqual([third.secret]);
  });

  test('never makes an earlier one sign for longer', async () => {
    const { id, secret: first } = await createdEndpoint(world);
    const { body: second } = await rotate(id, { overlapSeconds: 10 });
    const { body: third } = await rotate(id, { overlapSeconds: 3_600 });
    const end = Date.parse(second.previousSecretExpiresAt);
    expect(await signing(id, end - 1)).toEqual([third.secret, second.secret, first]);
    expect(await signing(id, end)).toEqual([third.secret, second.secret]);
  });

  test('raises the epoch, so that a worker notices it', async () => {
    const { id } = await createdEndpoint(world);
    const epoch = async () => (await itemsOf('Subscribers', `W#${id}`)).find(({ sk }) => sk === 'STATE')?.epoch;
    expect(await epoch()).toBe(1);
    await rotate(id);
    expect(await epoch()).toBe(2);
  });
});

test('After rotations at once, each secret that was returned signs', async () => {
  const { id, secret } = await createdEndpoint(world);
  const replies = await Promise.all(Array.from({ length: 4 }, () => rotate(id)));
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const given = [secret, ...replies.map(({ body }) => body.secret)];
  expect((await signing(id)).sort()).toEqual(given.sort());
});

test('Secrets do not pile up: a sixth earlier one is refused until another has expired', async () => {
  const { id } = await createdEndpoint(world);
  for (let rotation = 0; rotation < 5; rotation++) expect((await rotate(id)).status).toBe(200);
  const before = await signing(id);
  expect(await rotate(id)).toMatchObject({ status: 409, body: problem(409, 'state-conflict') });
  expect(await signing(id)).toEqual(before);
  expect(await rotate(id, { overlapSeconds: 0 })).toMatchObject({ status: 200 });
  expect(await signing(id)).toHaveLength(1);
});

test('Secrets are stored apart from everything else of an endpoint, and deleted with it', async () => {
  const { id, secret } = await createdEndpoint(world);
  const apart = { pk: `S#${id}`, sk: 'SECRETS', secrets: [{ secret, expiresAt: null }], v: 1 };
  expect(await itemsOf('Subscribers', `S#${id}`)).toEqual([apart]);
  const others = (await itemsOf('Subscribers')).filter(({ pk }) => !String(pk).startsWith('S#'));
  expect(JSON.stringify(others)).not.toContain(secret);
  expect(await world.call('DELETE', `${endpointsPath}/${id}`)).toMatchObject({ status: 204 });
  expect(await itemsOf('Subscribers', `S#${id}`)).toEqual([]);
});

test('A worker deletes secrets that a deleted endpoint has left behind', async () => {
  await putItem('Subscribers', { pk: 'S#wh_gone', sk: 'SECRETS', secrets: [] });
  const { work } = await import('../../../functions/lib/deliver/worker.ts');
  await work('wh_gone', 'slow', () => workerTimeoutMs);
  expect(await itemsOf('Subscribers', 'S#wh_gone')).toEqual([]);
});

describe('A write of which the database did, and the answer was lost', () => {
  async function losingFirstAnswer<Result>(work: () => Promise<Result>): Promise<Result> {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    let isLost = false;
    const end = interfere(dynamodb, ({ command }) => {
      if (isLost || command !== 'TransactWriteItemsCommand') return 'done';
      isLost = true;
      return 'answer lost';
    });
    try {
      return await work();
    } finally {
      end();
    }
  }

  test('registers an endpoint once, and tells its secret', async () => {
    const before = (await itemsOf('Subscribers', 'O#')).length;
    const { id, secret } = await losingFirstAnswer(() => createdEndpoint(world));
    expect(await signing(id)).toEqual([secret]);
    expect((await itemsOf('Subscribers', 'O#')).length).toBe(before + 1);
  });

  test('rotates a secret once', async () => {
    const { id, secret: first } = await createdEndpoint(world);
    const reply = await losingFirstAnswer(() => rotate(id));
    expect(await signing(id)).toEqual([reply.body.secret, first]);
  });
});
