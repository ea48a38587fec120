import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import {
  createdEndpoint,
  endpointsPath,
  endpointWith,
  receiver,
  verifyEndpoint,
} from '../../support/receivers/endpoints.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const id = expect.stringMatching(/^wh_[a-z2-7]{26}$/);
const secretForm = /^whsec_[A-Za-z0-9+/]{43}=$/;

const shown = (more: object = {}) => ({
  id,
  url: receiver,
  description: null,
  filter: {},
  maxInFlight: 1,
  contact: 'desk@example.org',
  createdAt: instant,
  verifiedAt: null,
  status: 'pending',
  settledThrough: 0,
  backlog: 0,
  backlogIsMore: false,
  firstFailureAt: null,
  nextAttemptAt: null,
  lastError: null,
  disabledReason: null,
  ...more,
});

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

beforeEach(async () => {
  await emptyTable('Subscribers');
  world.takeWakes();
});

const call = (method: string, path: string, more: object = {}) => world.call(method, `${endpointsPath}${path}`, more);

describe('a new endpoint', () => {
  test('is 201 with its address and its secret, and its worker is woken to verify it', async () => {
    const filter = {
      stories: ['karabakh-2020'],
      types: ['truce.signed', 'webhook.endpoint.disabled'],
      places: ['AZ-LAC'],
      actors: ['RU', 'crisis-group'],
      statuses: ['confirmed'],
      from: '2020-09',
      to: '2020-11-10',
    };
    const description = 'For the front page';
    const contact = 'https://example.org/contact';
    const reply = await call('POST', '', { body: { url: receiver, description, filter, maxInFlight: 3, contact } });
    expect(reply.status).toBe(201);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/webhook-endpoints/${reply.body.id}`,
    });
    const expected = shown({ description, filter, maxInFlight: 3, contact });
    expect(reply.body).toEqual({ ...expected, secret: expect.stringMatching(secretForm) });
    expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: reply.body.id }]);
    expect(await itemsOf('Subscribers', 'DUE')).toEqual([
      {
        ...{ pk: 'DUE', sk: reply.body.id, owner: 'example', at: reply.body.createdAt, queue: 'prompt' },
        ...{ setAt: reply.body.createdAt, mark: expect.any(String), v: 1 },
      },
    ]);
  });

  test('may have a contact, which is null if it has none', async () => {
    const { contact: _, ...body } = endpointWith();
    const { body: made } = await call('POST', '', { body });
    expect(made).toMatchObject({ contact: null });
    const changed = await call('PATCH', `/${made.id}`, { body: { contact: 'desk@example.org' } });
    expect(changed).toMatchObject({ status: 200, body: { contact: 'desk@example.org' } });
    const cleared = await call('PATCH', `/${made.id}`, { body: { contact: null } });
    expect(cleared).toMatchObject({ status: 200, body: { contact: null } });
  });

  test('never shows its secret again', async () => {
    const { id: made, secret } = await createdEndpoint(world);
    await verifyEndpoint(made);
    const replies = [
      await call('GET', ''),
      await call('GET', `/${made}`),
      await call('PATCH', `/${made}`, { body: { maxInFlight: 2 } }),
      await call('POST', `/${made}/ping`),
      await call('POST', `/${made}/verify`),
      await call('POST', `/${made}/disable`),
      await call('POST', `/${made}/enable`),
      await call('POST', `/${made}/secret/rotate`),
      await call('DELETE', `/${made}`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 202, 200, 200, 200, 200, 204]);
    for (const { text } of replies) expect(text).not.toContain(secret);
  });

  test('starts where it requests: now, at the beginning or at a position, but not beyond the next position', async () => {
    for (const event of ['a', 'b', 'c']) await world.post(developmentWith({}, { id: event }));
    const { body } = await world.get('/v1/changes');
    const { head } = body;
    const startOf = async (startAt?: unknown) =>
      (await createdEndpoint(world, startAt === undefined ? {} : { startAt })).settledThrough;
    expect(await startOf()).toBe(head);
    expect(await startOf('now')).toBe(head);
    expect(await startOf('beginning')).toBe(0);
    expect(await startOf(0)).toBe(0);
    expect(await startOf(2)).toBe(1);
    expect(await startOf(head + 1)).toBe(head);
    const late = await call('POST', '', { body: endpointWith({ startAt: head + 2 }) });
    expect(late).toMatchObject({ status: 400, body: refused({ pointer: '/startAt' }) });
  });
});

describe('endpoints of a newsroom', () => {
  test('are listed page by page, without those of other newsrooms', async () => {
    const made = [];
    for (let number = 0; number < 5; number++) made.push((await createdEndpoint(world, { startAt: 'beginning' })).id);
    await createdEndpoint(world, {}, { newsroom: 'other' });
    const seen: string[] = [];
    let path = '?limit=2';
    for (let pages = 1; ; pages++) {
      const { status, headers, body } = await call('GET', path);
      expect(status).toBe(200);
      for (const one of body.endpoints) expect(one).toEqual(shown());
      seen.push(...body.endpoints.map((one: { id: string }) => one.id));
      if (body.nextCursor === null) {
        expect(pages).toBe(3);
        expect(headers.link).toBeUndefined();
        break;
      }
      expect(headers.link).toContain(encodeURIComponent(body.nextCursor));
      path = `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual([...made].sort());
    const { body: first } = await call('GET', '?limit=2');
    const foreign = await call('GET', `?limit=2&cursor=${first.nextCursor}`, { newsroom: 'other' });
    expect(foreign).toMatchObject({ status: 400, body: refused({ parameter: 'cursor' }) });
  });

  test('can be read one by one, also by HEAD', async () => {
    const { secret: _, ...made } = await createdEndpoint(world);
    const reply = await call('GET', `/${made.id}`);
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' }, body: made });
    expect(await call('HEAD', `/${made.id}`)).toMatchObject({ status: 200, text: '' });
  });
});

const actions: readonly [method: string, path: string, body?: object][] = [
  ['GET', ''],
  ['PATCH', '', { maxInFlight: 2 }],
  ['DELETE', ''],
  ['POST', '/verify'],
  ['POST', '/ping'],
  ['POST', '/enable'],
  ['POST', '/disable'],
  ['POST', '/secret/rotate'],
];

describe.each(actions)('%s …%s', (method, path, body) => {
  test('is 404 for another newsroom, and nothing changes', async () => {
    const made = await createdEndpoint(world);
    const before = await itemsOf('Subscribers');
    world.takeWakes();
    for (const [name, newsroom] of [
      [made.id, 'other'],
      ['wh_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'example'],
      ['VERSION', 'example'],
      ['%00', 'example'],
    ]) {
      const reply = await call(method, `/${name}${path}`, { newsroom, ...(body && { body }) });
      expect(reply).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    }
    expect(await itemsOf('Subscribers')).toEqual(before);
    expect(world.takeWakes()).toEqual([]);
  });

  test('is 403 without the scope', async () => {
    const made = await createdEndpoint(world);
    const reply = await call(method, `/${made.id}${path}`, {
      scopes: 'events:write stories:write',
      ...(body && { body }),
    });
    expect(reply).toMatchObject({ status: 403, body: problem(403, 'forbidden') });
  });

  test('takes no query', async () => {
    const made = await createdEndpoint(world);
    const reply = await call(method, `/${made.id}${path}?force=1`, body && { body });
    expect(reply).toMatchObject({ status: 400, body: refused({ parameter: 'force' }) });
  });
});

test('registering and listing endpoints is 403 without the scope', async () => {
  const scopes = 'events:write stories:write';
  expect(await call('POST', '', { scopes, body: endpointWith() })).toMatchObject({ status: 403 });
  expect(await call('GET', '', { scopes })).toMatchObject({ status: 403 });
});
