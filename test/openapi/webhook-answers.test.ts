import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hourMs } from '../../events/dates/durations.ts';
import { DocumentedWorld } from '../support/expectations/documented-world.ts';
import { exhausted } from '../support/fixtures/daily-use.ts';
import { type Delivering, deliveringIn } from '../support/receivers/delivering.ts';
import { createdEndpoint, endpointsPath, endpointWith, verifyEndpoint } from '../support/receivers/endpoints.ts';
import { type Receiver, startReceiver } from '../support/receivers/receiver.ts';
import { putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';

let world: World;
let documented: DocumentedWorld;
let delivering: Delivering;
let receiver: Receiver;
/** An endpoint that receives, one that is not verified, and the address of one that does not exist. */
let endpoint: string;
let pending: string;
const unknown = `${endpointsPath}/wh_aaaaaaaaaaaaaaaaaaaaaaaaaa`;
let sent: string;

beforeAll(async () => {
  world = await startWorld();
  documented = new DocumentedWorld(world);
  delivering = await deliveringIn(world);
  receiver = await startReceiver();
  const { id } = await delivering.open(receiver);
  endpoint = `${endpointsPath}/${id}`;
  pending = `${endpointsPath}/${(await createdEndpoint(world)).id}`;
  [sent = ''] = await delivering.publish(2);
  await delivering.followWakes();
});

afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

const tooLarge = { body: 'x'.repeat(1_100_000) };
const asText = { body: 'text', headers: { 'content-type': 'text/plain' } };
const thisHour = () => new Date(Math.floor(Date.now() / hourMs) * hourMs).toISOString();

/** Every route, with a request that it takes. */
const requests = (): [method: string, target: string, call: object][] => [
  ['POST', endpointsPath, { body: endpointWith() }],
  ['GET', endpointsPath, {}],
  ['GET', endpoint, {}],
  ['PATCH', endpoint, { body: { description: 'Ours' } }],
  ['DELETE', endpoint, {}],
  ['POST', `${endpoint}/verify`, {}],
  ['POST', `${endpoint}/ping`, {}],
  ['POST', `${endpoint}/enable`, {}],
  ['POST', `${endpoint}/disable`, {}],
  ['POST', `${endpoint}/secret/rotate`, {}],
  ['GET', `${endpoint}/deliveries`, {}],
  ['GET', `${endpoint}/deliveries/1`, {}],
  ['POST', `${endpoint}/deliveries/1/redeliver`, {}],
  ['POST', `${endpoint}/replay`, { body: { from: 1 } }],
  ['GET', `${endpoint}/events`, {}],
  ['GET', `/v1/events/${sent}/receipts`, {}],
];

describe('responses about endpoints match the document', () => {
  test('when endpoints are registered, read and changed', async () => {
    await documented.expect('POST', endpointsPath, 201, { body: endpointWith({ filter: { stories: ['a'] } }) });
    await documented.expect('GET', endpointsPath, 200);
    await documented.expect('GET', endpoint, 200);
    await documented.expect('PATCH', endpoint, 200, { body: { description: 'Ours' } });
    await documented.expect('POST', `${endpoint}/secret/rotate`, 200, { body: { overlapSeconds: 60 } });
  });

  test('when deliveries and receipts are read', async () => {
    for (const query of ['', '?status=acknowledged&limit=1']) {
      await documented.expect('GET', `${endpoint}/deliveries${query}`, 200);
    }
    await documented.expect('GET', `${endpoint}/deliveries/1`, 200);
    await documented.expect('GET', `${endpoint}/events?after=0`, 200);
    await documented.expect('GET', `/v1/events/${sent}/receipts`, 200);
  });

  test('when endpoints are verified, pinged, enabled, disabled or replayed', async () => {
    await documented.expect('POST', `${endpoint}/ping`, 202);
    await documented.expect('POST', `${endpoint}/verify`, 200);
    await documented.expect('POST', `${pending}/verify`, 202);
    await documented.expect('POST', `${endpoint}/deliveries/1/redeliver`, 202);
    await documented.expect('POST', `${endpoint}/replay`, 202, { body: { from: 1 } });
    await documented.expect('POST', `${endpoint}/disable`, 200);
    await documented.expect('POST', `${endpoint}/enable`, 200, { body: { resumeFrom: 'backlog' } });
  });

  test('when the request is invalid', async () => {
    for (const [method, target, { body = {} }] of requests() as [string, string, { body?: object }][]) {
      const call = method === 'GET' ? {} : { body: { ...body, unknown: 1 } };
      await documented.expect(method, method === 'GET' ? `${target}?unknown=1` : target, 400, call);
    }
  });

  test('when the key lacks the scope, or the request bypasses the distribution', async () => {
    for (const [method, target, call] of requests()) {
      await documented.expect(method, target, 403, { ...call, scopes: 'events:write' });
      await documented.expectForbidden(method, target, call);
    }
  });

  test('when there is no such endpoint, delivery or event', async () => {
    for (const [method, target, call] of requests().filter(([, target]) => target.startsWith(endpoint))) {
      await documented.expect(method, target.replace(endpoint, unknown), 404, call);
      await documented.expect(method, target, 404, { ...call, newsroom: 'other' });
    }
    await documented.expect('GET', `${endpoint}/deliveries/999`, 404);
    await documented.expect('GET', '/v1/events/none/receipts', 404);
  });

  test('when the body is too large or in another format', async () => {
    for (const target of [endpointsPath, `${endpoint}/enable`, `${endpoint}/secret/rotate`, `${endpoint}/replay`]) {
      await documented.expect('POST', target, 413, tooLarge);
      await documented.expect('POST', target, 415, asText);
    }
    await documented.expect('PATCH', endpoint, 413, tooLarge);
    await documented.expect('PATCH', endpoint, 415, asText);
    // These take no body, so they refuse one that cannot be read.
    for (const call of ['verify', 'ping', 'disable', 'deliveries/1/redeliver']) {
      await documented.expect('POST', `${endpoint}/${call}`, 413, tooLarge);
      await documented.expect('POST', `${endpoint}/${call}`, 415, asText);
    }
    await documented.expect('DELETE', endpoint, 413, tooLarge);
    await documented.expect('DELETE', endpoint, 415, asText);
    const coded = { body: {}, headers: { 'content-encoding': 'br' } };
    await documented.expect('POST', `${endpoint}/enable`, 415, coded);
  });

  test('when the state of an endpoint or a delivery does not allow the request', async () => {
    await documented.expect('POST', `${pending}/ping`, 409);
    await documented.expect('POST', `${pending}/replay`, 409, { body: { from: 1 } });
    await documented.expect('POST', `${endpoint}/enable`, 409, { body: { resumeFrom: 'now' } });
    await documented.expect('POST', `${pending}/disable`, 200);
    await documented.expect('POST', `${pending}/verify`, 409);
    for (let rotations = 0; rotations < 5; rotations++) await world.call('POST', `${endpoint}/secret/rotate`);
    await documented.expect('POST', `${endpoint}/secret/rotate`, 409);
    await documented.expect('POST', `${endpoint}/disable`, 200);
    await documented.expect('POST', `${endpoint}/deliveries/1/redeliver`, 409);
    await documented.expect('POST', `${endpoint}/enable`, 200);
  });

  test('when a newsroom has too many endpoints', async () => {
    const { dynamodb } = await import('../../functions/lib/runtime/dynamodb.ts');
    dynamodb.middlewareStack.add(
      (next, { commandName }) =>
        async (args) =>
          commandName === 'QueryCommand' && 'Select' in args.input && args.input.Select === 'COUNT'
            ? { output: { $metadata: {}, Count: 2_000 }, response: {} }
            : next(args),
      { step: 'initialize', name: 'crowded' },
    );
    await documented.expect('POST', endpointsPath, 409, { body: endpointWith() });
    dynamodb.middlewareStack.remove('crowded');
  });

  test('when a limit of requests is reached', async () => {
    const { id } = await createdEndpoint(world, {}, { newsroom: 'hasty' });
    const { id: verified } = await createdEndpoint(world, {}, { newsroom: 'hasty' });
    await verifyEndpoint(verified);
    await putItem('Subscribers', { pk: 'L#owner#hasty', sk: thisHour(), verifications: 2_000, pings: 1_000 });
    const newsroom = 'hasty';
    await documented.expect('POST', endpointsPath, 429, { body: endpointWith(), newsroom });
    await documented.expect('PATCH', `${endpointsPath}/${id}`, 429, {
      body: { url: 'https://example.org/elsewhere' },
      newsroom,
    });
    await documented.expect('POST', `${endpointsPath}/${id}/verify`, 429, { newsroom });
    await documented.expect('POST', `${endpointsPath}/${verified}/ping`, 429, { newsroom });
    await documented.expect('POST', `${endpointsPath}/${id}/disable`, 200, { newsroom });
    await documented.expect('POST', `${endpointsPath}/${id}/enable`, 429, { newsroom });
  });

  test('when a quota of the newsroom is used up', async () => {
    const stopping = ['DELETE', 'disable', 'rotate'];
    const refused = requests().filter(
      ([method, target]) => method !== 'GET' && !stopping.some((end) => method === end || target.endsWith(end)),
    );
    for (const [method, target, call] of refused) {
      await documented.expect(method, target, 429, { ...call, dailyUse: exhausted });
    }
  });

  test('while the database cannot be reached', async () => {
    for (const [method, target, call] of requests()) await documented.expectUnavailable(method, target, call);
  });

  test('when endpoints are deleted', async () => {
    const { id } = await createdEndpoint(world);
    await documented.expect('DELETE', `${endpointsPath}/${id}`, 204);
    await documented.expect('DELETE', `${endpointsPath}/${id}`, 404);
  });

  test('for every response of every route', () => {
    expect(documented.unseen(['Webhook endpoints', 'Deliveries'])).toEqual([]);
  });
});
