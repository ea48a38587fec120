import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../events/identity.ts';
import { formatNames } from '../../functions/lib/formats/format.ts';
import { allSharedFields, developmentWith, ownFields } from '../events/samples.ts';
import { DocumentedWorld } from '../support/expectations/documented-world.ts';
import { exhausted } from '../support/fixtures/daily-use.ts';
import { itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';

let world: World;
let documented: DocumentedWorld;
let corrected: string;
let retracted: string;
let waiting: string;
/** The public address of the API. */
let origin: string;

const note = 'The first report was wrong.';
const change = (id: string, path: string, body: object, headers = { 'if-match': '"0"' }) =>
  world.call('POST', `/v1/events/${id}/${path}`, { body, headers });

beforeAll(async () => {
  world = await startWorld();
  documented = new DocumentedWorld(world);
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
  origin = /^Sitemap: (.*)\/sitemap\.xml$/m.exec((await world.get('/robots.txt')).text)?.[1] ?? '';
  waiting = (await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'waiting' }) })).body.id;
});

afterAll(() => world.stop());

const tooLarge = 'x'.repeat(70_000);
const asText = { body: 'text', headers: { 'content-type': 'text/plain' } };
const unreadable = { body: '{', headers: { 'if-match': '"0"' } };

/** An event whose content is taken down. */
async function takenDownEvent(id: string): Promise<string> {
  const { id: event } = (await world.post(developmentWith({}, { id }))).body;
  await world.call('POST', `/v1/events/${event}/redaction`, { body: { reason: 'legal', note: 'Withheld.' } });
  await world.settle(event);
  return event;
}

describe('responses of the functions match the document', () => {
  test.each(formatNames)('for a timeline as %s', async (format) => {
    await documented.expect('GET', `/v1/timeline?format=${format}`, 200);
    await documented.expect('GET', `/v1/timeline?format=${format}&story=none`, 200);
  });

  test('for timelines, counts, facets, stories, changes, corrections and the documentation', async () => {
    const { asOf } = (await world.get('/v1/timeline')).body;
    for (const target of [
      '/v1/timeline?date=2020-12&limit=1&order=desc',
      '/v1/timeline?story=all-types',
      '/v1/timeline/counts?interval=day&from=2020',
      '/v1/timeline/counts?interval=year&story=open-start',
      '/v1/timeline/facets?story=karabakh-2020',
      '/v1/timeline/facets?from=2020&q=a',
      '/v1/stories?limit=1',
      '/v1/stories/karabakh-2020',
      `/v1/stories/karabakh-2020?asOf=${asOf}`,
      `/v1/stories?asOf=${asOf}`,
      `/v1/corrections?asOf=${asOf}`,
      '/v1/changes?after=0&limit=500',
      '/v1/changes?after=0&limit=1',
      '/v1/changes/wait?after=0&seconds=1',
      '/v1/corrections',
      '/v1/corrections?story=karabakh-2020&limit=1',
      '/v1/health',
      '/v1/openapi.json',
      '/',
      '/stories/karabakh-2020',
      '/embed/stories/karabakh-2020',
      '/corrections',
      `/events/${corrected}`,
      '/sitemap.xml',
      '/robots.txt',
      `/oembed?url=${encodeURIComponent(`${origin}/stories/karabakh-2020`)}`,
      '/docs',
      '/docs/timelines',
      '/docs/schemas/Entry',
      '/docs/guides/webhooks',
    ]) {
      await documented.expect('GET', target, 200);
      await documented.expect('HEAD', target, 200);
      await documented.expect('GET', target, 304, { headers: { 'if-none-match': '*' } });
      await documented.expect('GET', target, 406, { headers: { 'accept-encoding': 'identity;q=0' } });
      await documented.expect('GET', `${target}${target.includes('?') ? '&' : '?'}unknown=1`, 400);
      await documented.expectForbidden('GET', target);
    }
    await documented.expect('GET', '/v1/stories/none', 404);
    await documented.expect('GET', '/stories/none', 404);
    await documented.expect('GET', '/oembed?url=https://elsewhere.example/', 404);
    await documented.expect('GET', '/embed/stories/none', 404);
    await documented.expect('GET', '/events/none', 404);
    await documented.expect('GET', `/events/${retracted}`, 410);
    for (const page of ['', '/schemas', '/guides']) await documented.expect('GET', `/docs${page}/none`, 404);
    await documented.expect('GET', '/v1/timeline', 406, { headers: { accept: 'image/png' } });
  });

  test('for events', async () => {
    for (const target of [
      `/v1/events/${corrected}`,
      `/v1/events/${corrected}?revision=0`,
      `/v1/events/${corrected}/history`,
      `/v1/events/${retracted}/history`,
    ]) {
      await documented.expect('GET', target, 200);
      await documented.expect('HEAD', target, 200);
      await documented.expect('GET', target, 304, { headers: { 'if-none-match': '*' } });
      await documented.expect('GET', target, 406, { headers: { 'accept-encoding': 'identity;q=0' } });
      await documented.expect('GET', `${target}${target.includes('?') ? '&' : '?'}unknown=1`, 400);
      await documented.expectForbidden('GET', target);
    }
    await documented.expect('GET', `/v1/events/${retracted}`, 410);
    for (const id of [waiting, 'none']) {
      await documented.expect('GET', `/v1/events/${id}`, 404);
      await documented.expect('GET', `/v1/events/${id}/history`, 404);
    }
  });

  test('for recording events', async () => {
    const body = developmentWith({}, { id: 'written' });
    const posted = (status: number, call: object) => documented.expect('POST', '/v1/events', status, call);
    await posted(201, { body });
    await posted(200, { body });
    await posted(200, { body: [body, developmentWith({}, { id: 'another' })] });
    await posted(409, { body: developmentWith({ headline: 'Else' }, { id: 'written' }) });
    await posted(400, { body: { type: 'none' } });
    await posted(415, asText);
    await posted(413, { body: developmentWith({ summary: tooLarge }) });
    await posted(403, { body, scopes: 'stories:write' });
  });

  test('for putting and reading an event by its own id', async () => {
    const target = '/v1/events?id=put';
    const answered = (status: number, call: object) => documented.expect('PUT', target, status, call);
    const event = developmentWith();
    await answered(201, { body: { event } });
    await answered(200, { body: { event } });
    const other = developmentWith({ headline: 'Else' });
    await answered(409, { body: { event: other } });
    await answered(412, { body: { event: other, note }, headers: { 'if-match': '"3"' } });
    await answered(201, { body: { event: other, note } });
    await answered(400, { body: {} });
    await answered(413, { body: { event: developmentWith({ summary: tooLarge }) } });
    await answered(415, asText);
    await answered(403, { body: { event }, scopes: 'stories:write' });
    await world.settle(eventIdOf('/newsrooms/example', 'put'));
    await documented.expect('GET', `${target}&source=/newsrooms/example`, 200);
    await documented.expect('GET', target, 400);
    await documented.expect('GET', '/v1/events?id=none&source=/newsrooms/example', 404);
    await answered(429, { body: { event }, dailyUse: exhausted });
    const read = `${target}&source=/newsrooms/example`;
    await documented.expect('GET', read, 304, { headers: { 'if-none-match': '*' } });
    await documented.expect('GET', read, 406, { headers: { 'accept-encoding': 'identity;q=0' } });
    await documented.expectForbidden('GET', read);
    await documented.expectUnavailable('GET', read);
    await documented.expectUnavailable('PUT', target, { body: { event } });
    const redaction = { reason: 'legal', note: 'Withheld.' };
    await world.call('POST', `/v1/events/${eventIdOf('/newsrooms/example', 'put')}/redaction`, { body: redaction });
    await answered(410, { body: { event } });
    await world.settle(eventIdOf('/newsrooms/example', 'put'));
    await documented.expect('GET', read, 410);
  });

  test('for held events', async () => {
    const later = `publishAt=${new Date(Date.now() + 3_600_000).toISOString()}`;
    const events = `/v1/events?${later}`;
    const event = (id: string, data = {}) => developmentWith(data, { id });
    await documented.expect('POST', events, 202, { body: event('held') });
    await documented.expect('POST', events, 200, { body: event('held') });
    await documented.expect('POST', events, 200, { body: [event('held'), event('in-batch')] });
    await documented.expect('POST', events, 409, { body: event('held', { headline: 'Else' }) });
    await documented.expect('POST', '/v1/events?publishAt=2020-01-01T00:00:00Z', 400, { body: event('held') });
    const { id: gone } = (await world.post(event('gone'))).body;
    await world.call('POST', `/v1/events/${gone}/redaction`, { body: { reason: 'legal', note: 'Withheld.' } });
    await documented.expect('POST', '/v1/events', 410, { body: event('gone', { headline: 'Else' }) });
    const id = eventIdOf('/newsrooms/example', 'held');
    const list = '/v1/held-events';
    const held = `${list}/${id}`;
    const none = `${list}/evt_${'a'.repeat(26)}`;
    await documented.expect('GET', `${list}?limit=1`, 200);
    for (const target of [list, held]) {
      await documented.expect('GET', target, 200);
      await documented.expect('GET', `${target}?unknown=1`, 400);
      await documented.expectForbidden('GET', target);
      await documented.expectUnavailable('GET', target);
    }
    await documented.expect('GET', held, 403, { stories: 'other' });
    await documented.expect('GET', none, 404);
    const body = event('held', { headline: 'Else' });
    const old = { 'if-match': '"7"' };
    const spent = { dailyUse: exhausted };
    await documented.expect('PUT', held, 400, unreadable);
    await documented.expect('PUT', held, 415, asText);
    await documented.expect('PUT', held, 413, { body: 'x'.repeat(1_100_000) });
    await documented.expect('PUT', held, 403, { body, stories: 'other' });
    await documented.expect('PUT', held, 412, { body, headers: old });
    await documented.expect('PUT', held, 429, { body, ...spent });
    await documented.expect('PUT', none, 404, { body });
    await documented.expect('PUT', held, 200, { body });
    await documented.expectUnavailable('PUT', held, { body });
    await documented.expectUnavailable('DELETE', held);
    await documented.expect('DELETE', held, 400, unreadable);
    await documented.expect('DELETE', held, 415, asText);
    await documented.expect('DELETE', held, 413, { body: 'x'.repeat(1_100_000) });
    await documented.expect('DELETE', held, 403, { stories: 'other' });
    await documented.expect('DELETE', held, 412, { headers: old });
    await documented.expect('DELETE', none, 404);
    await documented.expectUnavailable('POST', `${held}/release`);
    await documented.expect('POST', `${held}/release`, 400, unreadable);
    await documented.expect('POST', `${held}/release`, 415, asText);
    await documented.expect('POST', `${held}/release`, 413, { body: 'x'.repeat(1_100_000) });
    await documented.expect('POST', `${held}/release`, 403, { stories: 'other' });
    await documented.expect('POST', `${held}/release`, 429, spent);
    await documented.expect('POST', `${none}/release`, 404);
    await documented.expect('POST', `${held}/release`, 201);
    await documented.expect('POST', `${held}/release`, 200);
    // An event was posted under the id of one that is held.
    const inBatch = `${list}/${eventIdOf('/newsrooms/example', 'in-batch')}`;
    await world.call('POST', '/v1/events', { body: event('in-batch', { headline: 'Else' }) });
    await documented.expect('POST', `${inBatch}/release`, 409);
    await documented.expect('GET', list, 200);
    const [item] = (await itemsOf('HeldEvents')).filter(({ sk }) => String(sk).startsWith('E#'));
    await putItem('HeldEvents', { ...item, isPublishing: true });
    await documented.expect('DELETE', inBatch, 409);
    await documented.expect('PUT', inBatch, 409, { body: event('in-batch') });
    await world.call('POST', `/v1/events/${inBatch.split('/').at(-1)}/redaction`, {
      body: { reason: 'legal', note: 'Withheld.' },
    });
    await documented.expect('POST', `${inBatch}/release`, 410);
    expect((await world.call('GET', list)).body.heldEvents).toEqual([]);
    await documented.expect('GET', '/v1/newsroom', 200, { dailyUse: exhausted });
    await documented.expect('GET', '/v1/newsroom', 200, { scopes: 'stories:write' });
    await documented.expect('GET', '/v1/newsroom?unknown=1', 400);
    await documented.expectForbidden('GET', '/v1/newsroom');
    await documented.expectUnavailable('GET', '/v1/newsroom');
    await documented.expect('POST', events, 202, { body: event('short') });
    const short = `${list}/${eventIdOf('/newsrooms/example', 'short')}`;
    await documented.expect('DELETE', short, 204);
  });

  test('for redactions', async () => {
    const { id } = (await world.post(developmentWith({}, { id: 'for redaction' }))).body;
    const target = `/v1/events/${id}/redaction`;
    const body = { reason: 'legal', note: 'Withheld.' };
    await documented.expect('GET', target, 404);
    await documented.expect('POST', target, 400, unreadable);
    await documented.expect('POST', target, 415, asText);
    await documented.expect('POST', target, 413, { body: 'x'.repeat(1_100_000) });
    await documented.expect('POST', target, 403, { body, stories: 'other' });
    await documented.expect('POST', target, 404, { body, newsroom: 'other' });
    await documented.expect('POST', target, 202, { body });
    await documented.expect('POST', target, 200, { body });
    await documented.expect('POST', target, 410, { body: { ...body, note: 'Gone.' } });
    await documented.expect('POST', `/v1/events/${retracted}/redaction`, 409, { body: { ...body, revisions: [0] } });
    await documented.expect('GET', target, 200);
    await documented.expect('GET', `${target}?unknown=1`, 400);
    await documented.expectForbidden('GET', target);
  });

  test('for corrections and retractions', async () => {
    const headers = (revision: number) => ({ 'if-match': `"${revision}"` });
    for (const [path, body] of [
      ['corrections', { note, data: { headline: 'A third' } }],
      ['retraction', { note }],
    ] as const) {
      const { id } = (await world.post(developmentWith({}, { id: `for ${path}` }))).body;
      const target = `/v1/events/${id}/${path}`;
      await documented.expect('POST', target, 428, { body });
      await documented.expect('POST', target, 412, { body, headers: headers(7) });
      await documented.expect('POST', target, 400, unreadable);
      await documented.expect('POST', target, 415, { ...asText, headers: { ...asText.headers, ...headers(0) } });
      await documented.expect('POST', target, 413, { body: 'x'.repeat(1_100_000), headers: headers(0) });
      await documented.expect('POST', target, 403, { body, headers: headers(0), stories: 'other' });
      await documented.expect('POST', target, 201, { body, headers: headers(0) });
      await documented.expect('POST', target, 200, { body, headers: headers(0) });
      await documented.expect('POST', `/v1/events/${retracted}/${path}`, 409, { body, headers: headers(1) });
      await documented.expect('POST', `/v1/events/none/${path}`, 404, { body, headers: headers(0) });
      const takenDown = await takenDownEvent(`taken down before ${path}`);
      await documented.expect('POST', `/v1/events/${takenDown}/${path}`, 410, { body, headers: headers(1) });
    }
  });

  test('for describing stories', async () => {
    const put = (status: number, call: object, story = 'new') =>
      documented.expect('PUT', `/v1/stories/${story}`, status, call);
    await put(201, { body: { title: 'New' } });
    await put(200, { body: { title: 'New' } });
    await put(403, { body: { title: 'Ours' }, newsroom: 'other' });
    await put(428, { body: { title: 'Newer' } });
    await put(412, { body: { title: 'Newer' }, headers: { 'if-match': '"7"' } });
    await put(400, { body: { title: '' } });
    await put(415, asText);
    await put(413, { body: 'x'.repeat(1_100_000) });
    await put(404, { body: { title: 'New' } }, 'No-Slug');
    await put(201, { body: { title: 'New' } }, 'often-described');
    const [revision] = await itemsOf('EventLog', `E#${eventIdOf('/stories', 'often-described')}`);
    await putItem('EventLog', { ...revision, pk: revision?.pk as string, sk: 'R#000999' });
    await put(409, { body: { title: 'Newer' }, headers: { 'if-match': '"999"' } }, 'often-described');
  });

  test('for withdrawing stories', async () => {
    const withdraw = (status: number, call: object = {}, story = 'new') =>
      documented.expect('DELETE', `/v1/stories/${story}`, status, call);
    await withdraw(400, { body: { title: 'New' } });
    await withdraw(415, asText);
    await withdraw(413, { body: 'x'.repeat(1_100_000) });
    await withdraw(412, { headers: { 'if-match': '"7"' } });
    await withdraw(403, { newsroom: 'other' });
    await withdraw(409, {}, 'karabakh-2020');
    await withdraw(404, {}, 'none');
    await withdraw(204);
  });

  test('for unlisting events', async () => {
    const { id } = (await world.post(developmentWith({}, { id: 'to be unlisted' }))).body;
    const unlist = (status: number, call: object) =>
      documented.expect('POST', '/v1/stories/karabakh-2020/unlistings', status, call);
    await unlist(400, { body: { event: id } });
    await unlist(415, asText);
    await unlist(413, { body: 'x'.repeat(1_100_000) });
    await unlist(403, { body: { event: id, note }, newsroom: 'other' });
    await unlist(404, { body: { event: eventIdOf('/newsrooms/example', 'none'), note } });
    await unlist(409, { body: { event: retracted, note } });
    await unlist(410, { body: { event: await takenDownEvent('taken down before it is unlisted'), note } });
    await unlist(201, { body: { event: id, note } });
    await world.settle(id);
    await unlist(200, { body: { event: id, note } });
    await documented.expect('GET', `/v1/events/${id}`, 200);
    await documented.expect('GET', `/v1/events/${id}/history`, 200);
    await documented.expect('GET', '/v1/corrections?story=karabakh-2020', 200);
    await documented.expect('GET', '/v1/changes?after=0&limit=500', 200);
  });

  test('when a quota of the newsroom is used up', async () => {
    const call = { body: {}, dailyUse: exhausted };
    await documented.expect('POST', '/v1/events', 429, call);
    await documented.expect('POST', `/v1/events/${corrected}/corrections`, 429, call);
    await documented.expect('PUT', '/v1/stories/new', 429, call);
  });

  test('when a newsroom has as many requests held as it may', async () => {
    const { waitsForChanges } = await import('../../functions/lib/keys/slots.ts');
    const { head } = (await world.get('/v1/changes?limit=500')).body;
    const target = `/v1/changes/wait?after=${head}&seconds=1`;
    const held = Array.from({ length: waitsForChanges.perNewsroom + 1 }, () => world.call('GET', target));
    expect((await Promise.race(held)).status).toBe(429);
    await documented.expect('GET', target, 429);
    await Promise.all(held);
  });

  test('when a newsroom reads as many events to take them down as it may', async () => {
    const end = Date.now() + 20_000;
    const slots = { pk: 'HOLD#redacting', sk: 'REDACTIONS', v: 1 };
    await putItem('Access', { ...slots, s0: end, s1: end });
    const event = developmentWith({}, { id: 'to be taken down', source: '/newsrooms/redacting', subject: 'redacting' });
    const { id } = (await world.post(event, { newsroom: 'redacting' })).body;
    const call = { newsroom: 'redacting', body: { reason: 'legal', note: 'Withheld.' } };
    await documented.expect('POST', `/v1/events/${id}/redaction`, 429, call);
  });

  test('while the database cannot be reached', async () => {
    for (const target of [
      '/v1/timeline',
      '/v1/timeline/counts?interval=day',
      '/v1/timeline/facets',
      `/v1/events/${corrected}`,
      `/v1/events/${corrected}/history`,
      '/v1/stories',
      '/v1/stories/karabakh-2020',
      '/v1/changes',
      '/v1/changes/wait',
      '/v1/corrections',
      '/v1/health',
      '/',
      '/stories/karabakh-2020',
      '/embed/stories/karabakh-2020',
      `/events/${corrected}`,
      '/corrections',
      '/sitemap.xml',
      `/oembed?url=${encodeURIComponent(`${origin}/stories/karabakh-2020`)}`,
    ]) {
      await documented.expectUnavailable('GET', target);
    }
    const headers = { 'if-match': '"0"' };
    await documented.expectUnavailable('POST', '/v1/events', { body: developmentWith() });
    await documented.expectUnavailable('POST', `/v1/events/${corrected}/corrections`, {
      body: { note, data: { headline: 'Else' } },
      headers,
    });
    await documented.expectUnavailable('POST', `/v1/events/${corrected}/retraction`, { body: { note }, headers });
    const redaction = `/v1/events/${corrected}/redaction`;
    await documented.expectUnavailable('POST', redaction, { body: { reason: 'legal', note: 'Withheld.' } });
    await documented.expectUnavailable('GET', redaction);
    await documented.expectUnavailable('PUT', '/v1/stories/new', { body: { title: 'New' } });
    await documented.expectUnavailable('DELETE', '/v1/stories/new');
    const unlisting = { event: corrected, note };
    await documented.expectUnavailable('POST', '/v1/stories/karabakh-2020/unlistings', { body: unlisting });
  });

  test('for every response of every route', () => {
    const tags = ['Timelines', 'Events', 'Stories', 'Record', 'Writing', 'Pages', 'Documentation'];
    // These call nothing that could be unavailable: the gateway alone says that they are.
    const documentation = [
      '/docs',
      '/docs/guides/{guide}',
      '/docs/schemas/{schema}',
      '/docs/{page}',
      '/robots.txt',
      '/v1/openapi.json',
    ];
    expect(documented.unseen(tags)).toEqual(documentation.map((path) => `GET ${path} 503`));
  });
});
