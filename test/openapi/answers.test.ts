import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import { formatNames } from '../../functions/lib/formats/format.ts';
import { allSharedFields, developmentWith, ownFields } from '../events/samples.ts';
import { undocumentedIn } from '../support/expectations/documented.ts';
import { startWorld, type World } from '../support/world/world.ts';

type Call = Parameters<World['call']>[2];

let world: World;
let corrected: string;
let retracted: string;
let waiting: string;

const note = 'It was told wrongly.';
const change = (id: string, path: string, body: object, headers = { 'if-match': '"0"' }) =>
  world.call('POST', `/v1/events/${id}/${path}`, { body, headers });

beforeAll(async () => {
  world = await startWorld();
  const place = {
    places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC', geometry: { type: 'Point', coordinates: [46.55, 39.64] } }],
  };
  corrected = (await world.post(developmentWith(place, { id: 'corrected' }))).body.id;
  retracted = (await world.post(developmentWith({}, { id: 'retracted' }))).body.id;
  await change(corrected, 'corrections', {
    note,
    data: { headline: 'Another headline', when: { edtf: '2020-12-02~' } },
  });
  await change(retracted, 'retraction', { note });
  await world.settle(corrected, retracted);
  await world.post(
    Object.entries(ownFields).map(([type, fields]) => ({
      type,
      id: type,
      subject: 'all-types',
      data: { ...allSharedFields, ...fields },
    })),
  );
  await world.post(developmentWith({ when: { edtf: '../2020' } }, { id: 'open', subject: 'open-start' }));
  const story = '/v1/stories/karabakh-2020';
  await world.call('PUT', story, { body: { title: 'Karabakh', timezone: 'Asia/Baku' } });
  await world.call('PUT', story, { body: { title: 'Nagorno-Karabakh' }, headers: { 'if-match': '"0"' } });
  await world.settle(eventIdOf('/stories', 'karabakh-2020'));
  waiting = (await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'waiting' }) })).body.id;
});

afterAll(() => world.stop());

async function expectDocumented(method: string, target: string, status: number, call: Call = {}): Promise<void> {
  const reply = await world.call(method, target, call);
  expect([target, reply.status]).toEqual([target, status]);
  const [path = ''] = target.split('?');
  expect([target, ...undocumentedIn(method, path, reply)]).toEqual([target]);
}

describe('what the functions answer is what the document says', () => {
  test.each(formatNames)('a timeline as %s', async (format) => {
    await expectDocumented('GET', `/v1/timeline?format=${format}`, 200);
    await expectDocumented('GET', `/v1/timeline?format=${format}&story=none`, 200);
  });

  test('timelines, counts, stories, changes and corrections', async () => {
    for (const target of [
      '/v1/timeline?date=2020-12&limit=1&order=desc',
      '/v1/timeline?story=all-types',
      '/v1/timeline/counts?interval=day&from=2020',
      '/v1/timeline/counts?interval=year&story=open-start',
      '/v1/stories?limit=1',
      '/v1/stories/karabakh-2020',
      '/v1/changes?after=0&limit=500',
      '/v1/changes?after=0&limit=1',
      '/v1/corrections',
      '/v1/corrections?story=karabakh-2020&limit=1',
      '/v1/openapi.json',
      '/docs',
    ]) {
      await expectDocumented('GET', target, 200);
      await expectDocumented('HEAD', target, 200);
      await expectDocumented('GET', target, 304, { headers: { 'if-none-match': '*' } });
      await expectDocumented('GET', `${target}${target.includes('?') ? '&' : '?'}unknown=1`, 400);
    }
  });

  test('events', async () => {
    await expectDocumented('GET', `/v1/events/${corrected}`, 200);
    await expectDocumented('GET', `/v1/events/${corrected}?revision=0`, 200);
    await expectDocumented('GET', `/v1/events/${corrected}/history`, 200);
    await expectDocumented('GET', `/v1/events/${retracted}/history`, 200);
    await expectDocumented('GET', `/v1/events/${retracted}`, 410);
    await expectDocumented('GET', `/v1/events/${waiting}`, 404);
    await expectDocumented('GET', '/v1/events/none', 404);
    await expectDocumented('GET', '/v1/stories/none', 404);
    await expectDocumented('GET', '/v1/timeline', 406, { headers: { accept: 'image/png' } });
  });

  test('writes', async () => {
    const body = developmentWith({}, { id: 'written' });
    await expectDocumented('POST', '/v1/events', 201, { body });
    await expectDocumented('POST', '/v1/events', 200, { body });
    await expectDocumented('POST', '/v1/events', 200, { body: [body, developmentWith({}, { id: 'another' })] });
    await expectDocumented('POST', '/v1/events', 409, {
      body: developmentWith({ headline: 'Else' }, { id: 'written' }),
    });
    await expectDocumented('POST', '/v1/events', 400, { body: { type: 'none' } });
    await expectDocumented('POST', '/v1/events', 415, { body: 'text', headers: { 'content-type': 'text/plain' } });
    await expectDocumented('POST', '/v1/events', 413, { body: developmentWith({ summary: 'x'.repeat(70_000) }) });
    await expectDocumented('POST', '/v1/events', 403, { body, scopes: 'stories:write' });
    const path = `/v1/events/${corrected}/corrections`;
    const correction = { note, data: { headline: 'A third' } };
    await expectDocumented('POST', path, 428, { body: correction });
    await expectDocumented('POST', path, 412, { body: correction, headers: { 'if-match': '"0"' } });
    await expectDocumented('POST', path, 201, { body: correction, headers: { 'if-match': '"1"' } });
    await expectDocumented('POST', path, 200, { body: correction, headers: { 'if-match': '"1"' } });
    const retraction = { body: { note }, headers: { 'if-match': '"2"' } };
    await expectDocumented('POST', `/v1/events/${corrected}/retraction`, 201, retraction);
    await expectDocumented('PUT', '/v1/stories/new', 201, { body: { title: 'New' } });
    await expectDocumented('PUT', '/v1/stories/new', 200, { body: { title: 'New' } });
    await expectDocumented('PUT', '/v1/stories/new', 403, { body: { title: 'Ours' }, newsroom: 'other' });
  });
});
