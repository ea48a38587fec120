import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  handshakeReserveMs,
  maximumVerificationAttempts,
  retryWaitsMs,
  workerTimeoutMs,
} from '../../../events/webhooks/delivery-timing.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { createdEndpoint } from '../../support/receivers/endpoints.ts';
import { type Reaction, type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let delivering: Delivering;
let receiver: Receiver;

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
});
beforeEach(async () => {
  await emptyTable('Subscribers');
  receiver = await startReceiver();
  delivering.reset();
  world.takeWakes();
});
afterEach(async () => {
  delete process.env.OWN_HOSTS;
  process.env.LOOPBACK_RECEIVERS = 'allowed';
  await receiver.stop();
});
afterAll(() => world.stop());

const create = () => createdEndpoint(world, { url: receiver.url });
const shown = async (id: string) => (await world.call('GET', `/v1/webhook-endpoints/${id}`)).body;

const answersChallenge =
  (text: (challenge: string) => string, status = 200): Reaction =>
  ({ body, method }, response) => {
    if (method === 'OPTIONS') response.writeHead(405).end();
    else response.writeHead(status).end(text(body.data.challenge));
  };

const allows =
  (origin: string | null, status = 200): Reaction =>
  ({ method }, response) => {
    const headers = origin === null ? {} : { allow: 'POST', 'webhook-allowed-origin': origin };
    response.writeHead(method === 'OPTIONS' ? status : 415, method === 'OPTIONS' ? headers : {}).end();
  };

describe('an endpoint proves that it wants messages', () => {
  test('by the challenge in a signed message', async () => {
    const { id, secret } = await create();
    await delivering.work(id);
    const [asked] = receiver.received;
    const requestedAt = asked?.body.time;
    expect(new Webhook(secret).verify(String(asked?.text), asked?.headers as Record<string, string>)).toEqual({
      specversion: '1.0',
      id: `${id}_verification_${Date.parse(requestedAt)}`,
      source: `/webhook-endpoints/${id}`,
      type: 'webhook.verification',
      time: requestedAt,
      data: { challenge: expect.stringMatching(/^[\w-]{32}$/) },
    });
    expect(receiver.received.length).toBe(1);
    const { status, verifiedAt, lastError } = await shown(id);
    expect({ status, verifiedAt, lastError }).toEqual({
      status: 'active',
      verifiedAt: new Date(delivering.clock.now()).toISOString(),
      lastError: null,
    });
  });

  test.each<[string, Reaction]>([
    ['alone', answersChallenge((challenge) => challenge)],
    ['with white space around', answersChallenge((challenge) => `\n ${challenge}\r\n`)],
    ['in JSON', answersChallenge((challenge) => JSON.stringify({ ok: true, challenge }))],
    ['in JSON, with a byte order mark', answersChallenge((challenge) => `\u{FEFF}${JSON.stringify({ challenge })}`)],
    ['as a JSON string', answersChallenge((challenge) => JSON.stringify(challenge))],
    [
      'as a JSON string with a byte order mark',
      answersChallenge((challenge) => `\u{FEFF}${JSON.stringify(challenge)}\n`),
    ],
    ['alone, with a byte order mark', answersChallenge((challenge) => `\u{FEFF}${challenge}`)],
    ['with another 2xx', answersChallenge((challenge) => challenge, 202)],
    ['by the handshake, for all', allows('*')],
    ['by the handshake, with no content', allows('*', 204)],
    ['by the handshake, for us', allows('d1.cloudfront.net')],
    ['by the handshake, for us in capitals and others', allows('example.org, D1.CloudFront.net')],
  ])('%s', async (_, reaction) => {
    const { id } = await create();
    process.env.OWN_HOSTS = 'd1.cloudfront.net,abc.execute-api.eu-west-1.amazonaws.com';
    receiver.otherwise(reaction);
    await delivering.work(id);
    expect((await shown(id)).status).toBe('active');
    const handshake = receiver.received.find(({ method }) => method === 'OPTIONS');
    if (handshake) expect(handshake.headers['webhook-request-origin']).toBe('d1.cloudfront.net');
  });
});

test('An endpoint is asked again, without a failure, if no time is left for its handshake', async () => {
  const { id } = await create();
  receiver.otherwise(allows('*'));
  world.takeWakes();
  await delivering.work(id, 'prompt', () =>
    receiver.received.length === 0 ? workerTimeoutMs : handshakeReserveMs - 1,
  );
  expect(receiver.received.map(({ method }) => method)).toEqual(['POST']);
  expect(await shown(id)).toMatchObject({ status: 'pending', lastError: null, nextAttemptAt: null });
  expect((await delivering.state(id)).verification?.attempts).toBe(0);
  expect(world.takeWakes()).toEqual([{ queue: 'prompt', endpointId: id }]);
  await delivering.work(id);
  expect((await shown(id)).status).toBe('active');
});

describe('an endpoint does not prove it', () => {
  test.each<[string, Reaction, string]>([
    ['with 2xx alone', 200, 'unproved'],
    ['by sending back what it got', ({ text }, response) => response.end(text), 'unproved'],
    ['by a challenge of its own', answersChallenge(() => 'challenge'), 'unproved'],
    ['by a page that holds it', answersChallenge((challenge) => `<p>${challenge}</p>`), 'unproved'],
    ['by a list that holds it', answersChallenge((challenge) => JSON.stringify([challenge])), 'unproved'],
    ['by a failure that holds it', answersChallenge((challenge) => challenge, 500), 'unproved'],
    ['by a redirect', reactions.redirects, 'unproved'],
    ['by allowing somebody else', allows('example.org'), 'unproved'],
    ['by allowing nobody', allows(null), 'unproved'],
    ['by allowing all in a failure', allows('*', 404), 'unproved'],
    ['by hanging up', reactions.hangsUp, 'connection_error'],
  ])('%s', async (_, reaction, category) => {
    const { id } = await create();
    receiver.otherwise(reaction);
    await delivering.work(id);
    await delivering.followWakes();
    expect((await shown(id)).status).toBe('pending');
    for (const waitMs of retryWaitsMs.slice(1, maximumVerificationAttempts)) {
      delivering.pass(waitMs);
      await delivering.sweep();
    }
    expect(await shown(id)).toMatchObject({ status: 'pending', nextAttemptAt: null, lastError: { category } });
    // After these attempts it is not asked again until its owner requests it.
    const asked = receiver.received.filter(({ method }) => method === 'POST');
    expect([asked.length, new Set(asked.map(({ text }) => text)).size]).toEqual([maximumVerificationAttempts, 1]);
    expect(await delivering.due(id)).toBeUndefined();
    receiver.otherwise(reactions.takes);
    await world.call('POST', `/v1/webhook-endpoints/${id}/verify`);
    await delivering.followWakes();
    expect((await shown(id)).status).toBe('active');
  });

  test('by 410, which disables it at once, until its owner enables it', async () => {
    const { id } = await create();
    receiver.otherwise(410);
    await delivering.work(id);
    await delivering.followWakes();
    expect(receiver.received.map(({ method }) => method)).toEqual(['POST']);
    expect(await shown(id)).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
      lastError: { category: 'http_410' },
    });
    expect((await delivering.state(id)).verification).toBeUndefined();
    receiver.otherwise(reactions.takes);
    await world.call('POST', `/v1/webhook-endpoints/${id}/enable`);
    await delivering.followWakes();
    expect(await shown(id)).toMatchObject({ status: 'active', disabledReason: null });
  });

  test('and is sent nothing else', async () => {
    const { id } = await create();
    receiver.otherwise(500);
    await delivering.work(id);
    await delivering.publish(1);
    await delivering.followWakes();
    expect(new Set(receiver.received.map(({ body }) => body?.type))).toEqual(
      new Set(['webhook.verification', undefined]),
    );
  });

  test('if it is on this machine, which only the local system allows', async () => {
    const { id } = await create();
    delete process.env.LOOPBACK_RECEIVERS;
    await delivering.work(id);
    expect(receiver.received).toEqual([]);
    expect((await shown(id)).lastError).toMatchObject({ category: 'blocked_address' });
  });
});

describe('a ping', () => {
  test('is a signed message without data, sent once', async () => {
    const { id, secret } = await delivering.open(receiver);
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    await delivering.sweep();
    const [ping] = receiver.received;
    const { time } = ping?.body ?? {};
    expect(new Webhook(secret).verify(String(ping?.text), ping?.headers as Record<string, string>)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(`^${id}_ping_[0-9a-f-]{36}$`),
      source: `/webhook-endpoints/${id}`,
      type: 'webhook.ping',
      time,
      data: {},
    });
    expect([receiver.received.length, (await shown(id)).lastError]).toEqual([1, null]);
  });

  test('that fails is shown as the last error, and does not count as a failure of the endpoint', async () => {
    const { id } = await delivering.open(receiver);
    receiver.answer(503);
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    expect(await shown(id)).toMatchObject({
      status: 'active',
      firstFailureAt: null,
      lastError: { category: 'http_503' },
    });
  });

  test('that is answered ends the failures of the endpoint, and one that is answered 410 disables it', async () => {
    const { id } = await delivering.open(receiver, { filter: { stories: ['another'] } });
    await delivering.subscribers.change(id, {
      status: 'retrying',
      failures: 1,
      firstFailureAt: '2026-11-22T10:00:00.000Z',
    });
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    expect(await shown(id)).toMatchObject({ status: 'active', firstFailureAt: null, nextAttemptAt: null });
    expect((await delivering.state(id)).failures).toBe(0);
    receiver.otherwise(410);
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    expect(await shown(id)).toMatchObject({ status: 'disabled', disabledReason: 'gone' });
    // A ping to an endpoint that is disabled already changes nothing but the last error.
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    expect(await shown(id)).toMatchObject({
      status: 'disabled',
      disabledReason: 'gone',
      lastError: { category: 'http_410' },
    });
  });

  test('is sent to a disabled endpoint too, and nothing else is', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    await world.call('POST', `/v1/webhook-endpoints/${id}/disable`);
    await world.call('POST', `/v1/webhook-endpoints/${id}/ping`);
    await delivering.followWakes();
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['webhook.ping']);
    expect([(await shown(id)).status, await delivering.due(id)]).toEqual(['disabled', undefined]);
  });
});
