import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { undocumentedIn } from '../support/expectations/documented.ts';
import { createdEndpoint, endpointsPath, endpointWith, verifyEndpoint } from '../support/receivers/endpoints.ts';
import { startWorld, type World } from '../support/world/world.ts';

type Call = Parameters<World['call']>[2];

let world: World;
let endpoint: string;

beforeAll(async () => {
  world = await startWorld();
  const { id } = await createdEndpoint(world, { startAt: 'beginning' });
  await verifyEndpoint(id);
  endpoint = `${endpointsPath}/${id}`;
  await world.post(developmentWith({}, { id: 'told' }));
});

afterAll(() => world.stop());

async function expectDocumented(method: string, target: string, status: number, call: Call = {}): Promise<void> {
  const reply = await world.call(method, target, call);
  const [path = ''] = target.split('?');
  expect([method, target, reply.status, ...undocumentedIn(method, path, reply)]).toEqual([method, target, status]);
}

describe('what is answered about endpoints is what the document says', () => {
  test('when they are registered, shown and changed', async () => {
    await expectDocumented('POST', endpointsPath, 201, { body: endpointWith({ filter: { stories: ['a'] } }) });
    await expectDocumented('GET', endpointsPath, 200);
    await expectDocumented('GET', endpoint, 200);
    await expectDocumented('PATCH', endpoint, 200, { body: { description: 'Ours' } });
    await expectDocumented('POST', `${endpoint}/secret/rotate`, 200, { body: { overlapSeconds: 60 } });
  });

  test('when they are asked to do something', async () => {
    await expectDocumented('POST', `${endpoint}/ping`, 202);
    await expectDocumented('POST', `${endpoint}/disable`, 200);
    await expectDocumented('POST', `${endpoint}/enable`, 200, { body: { resumeFrom: 'backlog' } });
  });

  test('when somebody asks what was sent, and by whom it was taken', async () => {
    const { id } = (await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'told' }) })).body;
    await expectDocumented('GET', `${endpoint}/deliveries`, 200);
    await expectDocumented('GET', `${endpoint}/events?after=0`, 200);
    await expectDocumented('GET', `/v1/events/${id}/receipts`, 200);
  });

  test('when something is wrong', async () => {
    await expectDocumented('POST', endpointsPath, 400, { body: endpointWith({ url: 'http://example.org/' }) });
    await expectDocumented('GET', endpoint, 404, { newsroom: 'other' });
    await expectDocumented('GET', `${endpoint}?unknown=1`, 400);
    await expectDocumented('GET', endpoint, 403, { scopes: 'events:write' });
    await expectDocumented('GET', `${endpoint}/deliveries/999`, 404);
    await expectDocumented('POST', `${endpoint}/enable`, 400, { body: { resumeFrom: 'tomorrow' } });
  });

  test('when they are deleted', async () => {
    const { id } = await createdEndpoint(world);
    await expectDocumented('DELETE', `${endpointsPath}/${id}`, 204);
    await expectDocumented('DELETE', `${endpointsPath}/${id}`, 404);
  });
});
