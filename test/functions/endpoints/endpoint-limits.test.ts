import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inParallel } from '../../../functions/lib/runtime/concurrency.ts';
import { problem } from '../../support/expectations/problem.ts';
import { createdEndpoint, endpointsPath, endpointWith, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const hourMs = 3_600_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

beforeEach(() => emptyTable('Subscribers'));

const hour = () => new Date(Math.floor(Date.now() / hourMs) * hourMs).toISOString();
const create = (url: string, call: object = {}) =>
  world.call('POST', endpointsPath, { ...call, body: endpointWith({ url }) });
const counted = async (pk: string) => (await itemsOf('Subscribers', pk)).filter((one) => one.pk === pk);

function expectRefusal({ status, headers, body }: Awaited<ReturnType<typeof create>>) {
  expect(body).toEqual(problem(429, 'too-many-requests'));
  expect(status).toBe(429);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(3_600);
}

describe('verifications', () => {
  test('of a host that has answered none are limited for each newsroom, whatever the spelling and port', async () => {
    await putItem('Subscribers', { pk: 'L#host#example#example.org', sk: hour(), verifications: 97 });
    const { status, body: made } = await create('https://example.org/a');
    expect(status).toBe(201);
    expect((await create('https://EXAMPLE.org:8443/b')).status).toBe(201);
    expect((await world.call('POST', `${endpointsPath}/${made.id}/verify`)).status).toBe(202);
    const before = await itemsOf('Subscribers', 'W#');
    expectRefusal(await create('https://example.org/c'));
    expectRefusal(await world.call('POST', `${endpointsPath}/${made.id}/verify`));
    const { id } = await createdEndpoint(world, { url: 'https://example.net/a' });
    expectRefusal(await world.call('PATCH', `${endpointsPath}/${id}`, { body: { url: 'https://example.org/d' } }));
    expect((await itemsOf('Subscribers', 'W#')).filter(({ pk }) => pk !== `W#${id}`)).toEqual(before);
    expect((await create('https://www.example.org/a')).status).toBe(201);
  });

  test('of a newsroom, on the host of another one, take nothing from the other', async () => {
    for (let number = 0; number < 100; number++) {
      expect((await create(`https://example.org/${number}`, { newsroom: 'hostile' })).status).toBe(201);
    }
    expectRefusal(await create('https://example.org/more', { newsroom: 'hostile' }));
    expect((await create('https://example.org/a')).status).toBe(201);
  });

  test('of a host that has answered one of the newsroom are limited by newsroom only, for a year', async () => {
    await putItem('Subscribers', { pk: 'L#host#example#example.org', sk: hour(), verifications: 99 });
    const { id } = await createdEndpoint(world, { url: 'https://example.org/a' });
    expectRefusal(await create('https://example.org/b'));
    await verifyEndpoint(id);
    for (const path of ['c', 'd', 'e']) expect((await create(`https://example.org/${path}`)).status).toBe(201);
    const [proof = {}] = (await counted('L#host#example#example.org')).filter(({ sk }) => sk === 'PROOF');
    expect(Number(proof.expiresAt) * 1_000 - Date.now()).toBeGreaterThan(364 * 24 * hourMs);
    // It says nothing about other newsrooms, and nothing after a year.
    await putItem('Subscribers', { pk: 'L#host#other#example.org', sk: hour(), verifications: 100 });
    expectRefusal(await create('https://example.org/f', { newsroom: 'other' }));
    await putItem('Subscribers', { ...proof, expiresAt: Math.floor(Date.now() / 1_000) - 1 } as never);
    expectRefusal(await create('https://example.org/g'));
  });

  test('of a newsroom are limited, and do not count for others then', async () => {
    await putItem('Subscribers', { pk: 'L#owner#example', sk: hour(), verifications: 1_999 });
    expect((await create('https://example.org/a')).status).toBe(201);
    expectRefusal(await create('https://example.com/b'));
    expect(await counted('L#host#example#example.com')).toMatchObject([{ verifications: 0 }]);
    expect((await create('https://example.com/b', { newsroom: 'other' })).status).toBe(201);
  });

  test('are counted by the hour, and the counts expire a day later', async () => {
    await putItem('Subscribers', {
      pk: 'L#host#example#example.org',
      sk: '2026-11-22T10:00:00.000Z',
      verifications: 100,
    });
    expect((await create('https://example.org/a')).status).toBe(201);
    const [, count] = await counted('L#host#example#example.org');
    expect(count).toEqual({
      pk: 'L#host#example#example.org',
      sk: hour(),
      verifications: 1,
      expiresAt: expect.any(Number),
      v: 1,
    });
    expect(Number(count?.expiresAt) * 1_000 - Date.now()).toBeGreaterThan(23 * hourMs);
  });
});

test('Pings of a newsroom are limited', async () => {
  const { id } = await createdEndpoint(world);
  await verifyEndpoint(id);
  await putItem('Subscribers', { pk: 'L#owner#example', sk: hour(), verifications: 1, pings: 999 });
  const ping = () => world.call('POST', `${endpointsPath}/${id}/ping`);
  expect((await ping()).status).toBe(202);
  expectRefusal(await ping());
});

test('A newsroom has at most two hundred endpoints, also when it registers several at the same time', async () => {
  const ids = Array.from({ length: 197 }, (_, number) => `wh_${String(number).padStart(26, 'a')}`);
  await inParallel(ids, 50, (sk) => putItem('Subscribers', { pk: 'O#example', sk }));
  const registering = Array.from({ length: 8 }, (_, number) => create(`https://example.org/${number}`));
  const statuses = (await Promise.all(registering)).map(({ status }) => status);
  expect(statuses.toSorted()).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
  expect(await counted('O#example')).toHaveLength(200);
  const registered = (await itemsOf('Subscribers', 'W#')).find(({ sk }) => sk === 'STATE');
  const id = String(registered?.pk).slice(2);
  expect((await world.call('DELETE', `${endpointsPath}/${id}`)).status).toBe(204);
  expect((await create('https://example.org/again')).status).toBe(201);
  expect((await create('https://example.org/more')).status).toBe(409);
});

test('Endpoints that are registered at the same time are all registered, if there is room', async () => {
  const registering = Array.from({ length: 10 }, (_, number) => create(`https://example.org/${number}`));
  expect((await Promise.all(registering)).map(({ status }) => status)).toEqual(Array(10).fill(201));
  expect(await counted('O#example')).toHaveLength(10);
});

test('A newsroom has at most two hundred endpoints', async () => {
  const ids = Array.from({ length: 199 }, (_, number) => `wh_${String(number).padStart(26, 'a')}`);
  await inParallel(ids, 50, (sk) => putItem('Subscribers', { pk: 'O#example', sk }));
  expect((await create('https://example.org/a')).status).toBe(201);
  const refused = await create('https://example.org/b');
  expect(refused).toMatchObject({ status: 409, body: problem(409, 'state-conflict') });
  expect((await create('https://example.org/b', { newsroom: 'other' })).status).toBe(201);
});
