import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { maximumPace, paceAt } from '../../../events/pace.ts';
import { routes } from '../../../functions/routes.ts';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { exhausted } from '../../support/fixtures/daily-use.ts';
import { createdEndpoint, endpointsPath, endpointWith, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { interfere } from '../../support/world/interference.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

interface Write {
  /** The path, which is made anew for each case: each case has events and endpoints of its own. */
  readonly target: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
}

let world: World;
let subscribers: Subscribers;
/** The commands that write, as the functions sent them. Taking and freeing a slot for the time of a request is none. */
let writes: string[] = [];
let counted = 0;

const isSlots = (pk: string | undefined) => pk?.startsWith('HOLD#') ?? false;

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  dynamodb.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const { Key } = args.input as { Key?: { pk?: { S?: string } } };
        const isOfSlot = commandName === 'UpdateItemCommand' && isSlots(Key?.pk?.S);
        if (!/^(Get|BatchGet|Query)/.test(commandName) && !isOfSlot) writes.push(commandName);
        return next(args);
      },
    { step: 'finalizeRequest', name: 'countWrites', override: true },
  );
});

beforeEach(() => {
  world.takeWakes();
});

afterAll(() => world.stop());

const freshId = () => `case-${++counted}`;
const event = (more = {}, attributes = {}) => developmentWith(more, { id: freshId(), ...attributes });
const note = 'The first report was wrong.';
const first = { 'if-match': '"0"' };

/** A published event. */
const recorded = async (more = {}): Promise<string> => (await world.post(event({}, more))).body.id;

const correcting = async (id: string, data: object = { headline: 'Another headline' }, headers = first) =>
  world.call('POST', `/v1/events/${id}/corrections`, { body: { note, data }, headers });

const retracting = (id: string) =>
  world.call('POST', `/v1/events/${id}/retraction`, { body: { note }, headers: first });

/** A story that the newsroom owns, with one event. */
async function owned(): Promise<{ story: string; id: string }> {
  const story = freshId();
  return { story, id: await recorded({ subject: story }) };
}

const pending = async () => (await createdEndpoint(world)).id;

/** An endpoint that was verified. */
async function active(): Promise<string> {
  const id = await pending();
  await verifyEndpoint(id);
  return id;
}

async function disabled(): Promise<string> {
  const id = await active();
  await world.call('POST', `${endpointsPath}/${id}/disable`);
  return id;
}

/** An endpoint with one delivery, which was parked. @returns the path of the delivery */
async function parkedDelivery(): Promise<string> {
  await subscribers.fanOut();
  const id = await active();
  const written = await recorded();
  await subscribers.fanOut();
  const { settleDelivery } = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
  const { position } = (await subscribers.queuedFor(id)).find(({ eventId }) => eventId === written) as {
    position: number;
  };
  await settleDelivery(id, position, 'parked', new Date().toISOString());
  await subscribers.change(id, { sendAfter: position, settledThrough: position });
  return `${endpointsPath}/${id}/deliveries/${position}`;
}

const laterTarget = () => `/v1/events?publishAt=${new Date(Date.now() + 3_600_000).toISOString()}`;

/** An event that is held for an hour. @returns its path among the held ones, and the event */
async function heldEvent() {
  const body = event();
  const { id } = (await world.call('POST', laterTarget(), { body })).body;
  return { path: `/v1/held-events/${id}`, body };
}

/** Cases of each route that changes something: what would be written, replayed and refused. */
const cases: Readonly<Record<string, Readonly<Record<string, () => Promise<Write>>>>> = {
  'PUT /v1/held-events/{id}': {
    'another headline': async () => {
      const { path, body } = await heldEvent();
      return { target: path, body: { ...body, data: { ...body.data, headline: 'Else' } }, status: 200 };
    },
    'an event that is not held': async () => ({
      target: `/v1/held-events/evt_${'a'.repeat(26)}`,
      body: event(),
      status: 404,
    }),
  },
  'DELETE /v1/held-events/{id}': {
    'a held event': async () => ({ target: (await heldEvent()).path, status: 204 }),
  },
  'POST /v1/held-events/{id}/release': {
    'a held event': async () => ({ target: `${(await heldEvent()).path}/release`, status: 201 }),
  },
  'POST /v1/events': {
    'an event': async () => ({ target: '/v1/events', body: event(), status: 201 }),
    'an event that is to be held': async () => ({ target: laterTarget(), body: event(), status: 202 }),
    'a batch that is to be held, in which an event is twice': async () => {
      const fresh = event();
      return { target: laterTarget(), body: [event(), fresh, fresh], status: 200 };
    },
    'an event that is stored': async () => {
      const body = event();
      await world.post(body);
      return { target: '/v1/events', body, status: 200 };
    },
    'another event under an id that is taken': async () => {
      const id = freshId();
      await world.post(developmentWith({}, { id }));
      return { target: '/v1/events', body: developmentWith({ headline: 'Else' }, { id }), status: 409 };
    },
    'an event that was taken down': async () => {
      const body = event();
      const { id } = (await world.post(body)).body;
      await world.call('POST', `/v1/events/${id}/redaction`, { body: { reason: 'legal', note: 'Withheld.' } });
      return { target: '/v1/events', body: { ...body, data: { ...body.data, headline: 'Else' } }, status: 410 };
    },
    'an invalid event': async () => ({ target: '/v1/events', body: { type: 'none' }, status: 400 }),
    'an event that is too large': async () => ({
      target: '/v1/events',
      body: event({ summary: 'x'.repeat(70_000) }),
      status: 413,
    }),
    'an event of another newsroom': async () => ({
      target: '/v1/events',
      body: event({}, { source: '/newsrooms/other' }),
      status: 403,
    }),
    'a batch that has an event twice, and one under its id': async () => {
      const [known, fresh] = [event(), event()];
      await world.post(known);
      const other = { ...fresh, data: { ...fresh.data, headline: 'Else' } };
      return { target: '/v1/events', body: [known, fresh, fresh, other], status: 200 };
    },
  },
  'PUT /v1/events': {
    'an event': async () => ({ target: `/v1/events?id=${freshId()}`, body: { event: developmentWith() }, status: 201 }),
    'an event that is stored': async () => {
      const target = `/v1/events?id=${freshId()}`;
      await world.call('PUT', target, { body: { event: developmentWith() } });
      return { target, body: { event: developmentWith() }, status: 200 };
    },
    'an event with other content and a note': async () => {
      const target = `/v1/events?id=${freshId()}`;
      await world.call('PUT', target, { body: { event: developmentWith() } });
      return { target, body: { event: developmentWith({ headline: 'Else' }), note }, status: 201 };
    },
    'an event with other content': async () => {
      const target = `/v1/events?id=${freshId()}`;
      await world.call('PUT', target, { body: { event: developmentWith() } });
      return { target, body: { event: developmentWith({ headline: 'Else' }) }, status: 409 };
    },
  },
  'POST /v1/events/{id}/corrections': {
    'a correction': async () => ({
      target: `/v1/events/${await recorded()}/corrections`,
      body: { note, data: { headline: 'Another headline' } },
      headers: first,
      status: 201,
    }),
    'a correction that is stored': async () => {
      const id = await recorded();
      const data = { headline: 'Another headline' };
      await correcting(id, data);
      return { target: `/v1/events/${id}/corrections`, body: { note, data }, headers: first, status: 200 };
    },
    'a correction of another revision': async () => ({
      target: `/v1/events/${await recorded()}/corrections`,
      body: { note, data: { headline: 'Another headline' } },
      headers: { 'if-match': '"3"' },
      status: 412,
    }),
    'a correction of an event that was retracted': async () => {
      const id = await recorded();
      await retracting(id);
      const body = { note, data: { headline: 'Another headline' } };
      return { target: `/v1/events/${id}/corrections`, body, headers: { 'if-match': '"1"' }, status: 409 };
    },
  },
  'POST /v1/events/{id}/retraction': {
    'a retraction': async () => ({
      target: `/v1/events/${await recorded()}/retraction`,
      body: { note },
      headers: first,
      status: 201,
    }),
    'a retraction without If-Match': async () => ({
      target: `/v1/events/${await recorded()}/retraction`,
      body: { note },
      status: 428,
    }),
  },
  'POST /v1/events/{id}/redaction': {
    'a redaction of an event': async () => ({
      target: `/v1/events/${await recorded()}/redaction`,
      body: { reason: 'legal', note: 'Withheld.' },
      status: 202,
    }),
    'a redaction of a revision': async () => {
      const id = await recorded();
      await correcting(id);
      await world.settle(id);
      const body = { reason: 'legal', note: 'Withheld.', revisions: [0] };
      return { target: `/v1/events/${id}/redaction`, body, status: 202 };
    },
    'a redaction whose note repeats what it takes down': async () => ({
      target: `/v1/events/${(await world.post(event({ headline: 'Jane Roe was seen in Baku' }))).body.id}/redaction`,
      body: { reason: 'privacy', note: 'Jane Roe was seen in Baku' },
      status: 400,
    }),
  },
  'PUT /v1/stories/{story}': {
    'a description': async () => ({ target: `/v1/stories/${freshId()}`, body: { title: 'A story' }, status: 201 }),
    'another description without If-Match': async () => {
      const target = `/v1/stories/${freshId()}`;
      await world.call('PUT', target, { body: { title: 'A story' } });
      return { target, body: { title: 'Another title' }, status: 428 };
    },
  },
  'DELETE /v1/stories/{story}': {
    'a withdrawal': async () => {
      const target = `/v1/stories/${freshId()}`;
      await world.call('PUT', target, { body: { title: 'A story' } });
      return { target, status: 204 };
    },
    'a withdrawal of a story with entries': async () => {
      const target = `/v1/stories/${(await owned()).story}`;
      await world.call('PUT', target, { body: { title: 'A story' } });
      return { target, status: 409 };
    },
  },
  'POST /v1/stories/{story}/unlistings': {
    'an unlisting': async () => {
      const { story, id } = await owned();
      return { target: `/v1/stories/${story}/unlistings`, body: { event: id, note }, status: 201 };
    },
  },
  'POST /v1/webhook-endpoints': {
    'an endpoint': async () => ({ target: endpointsPath, body: endpointWith(), status: 201 }),
    'an endpoint of a private address': async () => ({
      target: endpointsPath,
      body: endpointWith({ url: 'https://10.0.0.1/' }),
      status: 400,
    }),
  },
  'PATCH /v1/webhook-endpoints/{endpoint}': {
    'another URL': async () => ({
      target: `${endpointsPath}/${await active()}`,
      body: { url: 'http://127.0.0.1:10/elsewhere' },
      status: 200,
    }),
    'another filter': async () => ({
      target: `${endpointsPath}/${await active()}`,
      body: { filter: { stories: ['karabakh-2020'] } },
      status: 200,
    }),
  },
  'DELETE /v1/webhook-endpoints/{endpoint}': {
    'an endpoint': async () => ({ target: `${endpointsPath}/${await active()}`, status: 204 }),
    'an endpoint that there is not': async () => ({
      target: `${endpointsPath}/wh_${'a'.repeat(26)}`,
      status: 404,
    }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/verify': {
    'a pending endpoint': async () => ({ target: `${endpointsPath}/${await pending()}/verify`, status: 202 }),
    'a verified endpoint': async () => ({ target: `${endpointsPath}/${await active()}/verify`, status: 200 }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/ping': {
    'a verified endpoint': async () => ({ target: `${endpointsPath}/${await active()}/ping`, status: 202 }),
    'a pending endpoint': async () => ({ target: `${endpointsPath}/${await pending()}/ping`, status: 409 }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/enable': {
    'a disabled endpoint': async () => ({ target: `${endpointsPath}/${await disabled()}/enable`, status: 200 }),
    'a disabled endpoint, from now on': async () => ({
      target: `${endpointsPath}/${await disabled()}/enable`,
      body: { resumeFrom: 'now' },
      status: 200,
    }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/disable': {
    'an active endpoint': async () => ({ target: `${endpointsPath}/${await active()}/disable`, status: 200 }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/secret/rotate': {
    'an active endpoint': async () => ({ target: `${endpointsPath}/${await active()}/secret/rotate`, status: 200 }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/deliveries/{position}/redeliver': {
    'a parked delivery': async () => ({ target: `${await parkedDelivery()}/redeliver`, status: 202 }),
  },
  'POST /v1/webhook-endpoints/{endpoint}/replay': {
    'a range': async () => {
      await recorded();
      return { target: `${endpointsPath}/${await active()}/replay`, body: { from: 1 }, status: 202 };
    },
  },
};

const named = Object.entries(cases).flatMap(([route, ofRoute]) =>
  Object.entries(ofRoute).map(([name, make]) => [`${route} of ${name}`, route.split(' ')[0] as string, make] as const),
);

const stored = async () => {
  const tables = ['EventLog', 'Timelines', 'Access', 'Subscribers', 'Redactions', 'HeldEvents'] as const;
  return Promise.all(tables.map(async (table) => (await itemsOf(table)).filter(({ pk }) => !isSlots(pk as string))));
};

/** What is made anew at each request, and so differs between a dry run and the write after it. */
const generated = (text: string) =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<instant>')
    .replaceAll(/"secret":"[^"]*"/g, '"secret":"<secret>"')
    .replaceAll(/"requestId":"[^"]*"/g, '"requestId":"<request>"');

/** What a dry run and the write have in common. The id of a new endpoint is random. */
function comparable({ status, headers, text }: Reply, { target }: Write) {
  const { 'timeline-dry-run': _, ...others } = headers;
  const known = (part: string) => (target === endpointsPath ? part.replaceAll(/wh_[a-z2-7]{26}/g, '<endpoint>') : part);
  return { status, headers: JSON.parse(known(JSON.stringify(others))), text: known(generated(text)) };
}

test('every route that changes something has cases', () => {
  const writing = routes.filter(({ quota }) => quota).map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(cases).sort()).toEqual(writing.sort());
});

describe('a dry run answers like the write that follows, and writes and sends nothing:', () => {
  test.each(named)('%s', async (_, method, make) => {
    const write = await make();
    const { target, body, headers = {} } = write;
    const before = await stored();
    world.takeWakes();
    writes = [];
    const dry = await world.call(method, `${target}${target.includes('?') ? '&' : '?'}dryRun=true`, { body, headers });
    expect({ writes, wakes: world.takeWakes() }).toEqual({ writes: [], wakes: [] });
    expect(await stored()).toEqual(before);
    expect(dry.headers['timeline-dry-run']).toBe('true');
    if (dry.text) expect(dry.body.dryRun).toBe(true);
    const real = await world.call(method, target, { body, headers });
    expect(real.status).toBe(write.status);
    expect(real.headers['timeline-dry-run']).toBeUndefined();
    const { dryRun: __, warnings: ___, reaches: ____, ...ofDry } = dry.body ?? {};
    const text = dry.text && JSON.stringify(ofDry);
    expect(comparable({ ...dry, text }, write)).toEqual(comparable(real, write));
  });
});

/** They are no home page. */
const sources = [{ url: 'https://example.org/a/report', publisher: 'AFP' }];

describe('a dry run', () => {
  test('warns of what looks like a mistake, which the write does not', async () => {
    const mistaken = event(
      {
        when: { edtf: '2999-01-01' },
        sources: [
          { url: 'https://example.org/a', publisher: 'AFP' },
          { url: 'https://example.org', publisher: 'AFP' },
        ],
      },
      { subject: freshId() },
    );
    const places = ['/data/sources/1/url', '/data/status'];
    const found = async (target: string, body: unknown, method = 'POST') =>
      (await world.call(method, target, { body })).body.warnings?.map(({ pointer }: { pointer: string }) => pointer);
    expect(await found('/v1/events?dryRun=true', mistaken)).toEqual(places);
    expect(await found('/v1/events?dryRun=true', [mistaken])).toEqual(places.map((place) => `/0${place}`));
    const { id: _, ...unnamed } = mistaken as typeof mistaken & { id: string };
    const put = `/v1/events?id=${freshId()}&dryRun=true`;
    expect(await found(put, { event: unnamed }, 'PUT')).toEqual(places.map((place) => `/event${place}`));
    const right = event({ sources: [{ url: 'https://example.org/?id=1', publisher: 'AFP' }] }, { subject: freshId() });
    expect(await found('/v1/events?dryRun=true', right)).toBeUndefined();
    expect(await found('/v1/events', mistaken)).toBeUndefined();
  });

  test('compares an event with its story, and a strict write refuses what a write accepts', async () => {
    const subject = freshId();
    const sources = [{ url: 'https://example.org/report', publisher: 'AFP' }];
    const AZ = { name: 'Azerbaijan', iso3166: 'AZ' };
    const Baku = { name: 'Baku', iso3166_2: 'AZ-BA' };
    const days = ['2020-11-09', '2020-11-10', '2020-11-11'];
    const known = days.map((edtf) => event({ sources, when: { edtf }, actors: [AZ], places: [Baku] }, { subject }));
    const { results } = (await world.post(known)).body;
    await subscribers.fanOut();
    const mistaken = event(
      { sources, when: { edtf: '2020-11-10' }, actors: [{ name: 'Azerbaijan' }], places: [Baku] },
      { subject },
    );
    const twin = {
      pointer: '',
      detail: `The story has ${results[1].id} of the same type, day and place. Check that it is another event.`,
    };
    const actor = {
      pointer: '/data/actors/0',
      detail:
        'The story has "Azerbaijan" with the identifier AZ; here it is azerbaijan, and filters take them for two. Send the same identifier, or check the name.',
    };
    const dry = await world.call('POST', '/v1/events?dryRun=true', { body: mistaken });
    expect(dry.body.warnings).toEqual([actor, twin]);
    const early = event({ sources, when: { edtf: '1920-11-10' }, actors: [AZ] }, { subject });
    expect((await world.call('POST', '/v1/events?dryRun=true', { body: early })).body.warnings).toEqual([
      {
        pointer: '/data/when',
        detail:
          'Is 36524 days before the first day of the story, which runs from 2020-11-09 to 2020-11-11. Check the date.',
      },
    ]);
    const strict = await world.call('POST', '/v1/events?strict=true', { body: mistaken });
    expect([strict.status, strict.body.errors]).toEqual([400, [actor, twin]]);
    const { id: ownId, type, data } = mistaken as typeof mistaken & { id: string };
    const attributes = { 'ce-specversion': '1.0', 'ce-id': ownId, 'ce-type': type, 'ce-subject': subject };
    const binary = await world.call('POST', '/v1/events?strict=true', { headers: attributes, body: data });
    expect([binary.status, binary.body.errors]).toEqual([400, [{ ...actor, pointer: '/actors/0' }, twin]]);
    const { id: _, ...unnamed } = mistaken as typeof mistaken & { id: string };
    const put = await world.call('PUT', `/v1/events?id=${freshId()}&strict=true`, { body: { event: unnamed } });
    expect([put.status, put.body.errors]).toEqual([
      400,
      [
        { ...actor, pointer: '/event/data/actors/0' },
        { ...twin, pointer: '/event' },
      ],
    ]);
    const [first, second] = [
      await world.post(mistaken),
      await world.call('POST', '/v1/events?strict=true', { body: mistaken }),
    ];
    expect([first.status, first.body.warnings]).toEqual([201, undefined]);
    expect([second.status, second.headers['idempotency-replayed']]).toEqual([200, 'true']);
    const correction = { note, data: { when: { edtf: '1920-11-10' } } };
    const corrections = `/v1/events/${first.body.id}/corrections?strict=true`;
    expect(await world.call('POST', corrections, { body: correction, headers: { 'if-match': '"0"' } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/data/when' }] },
    });
  });

  test('warns if the story cannot be read, and a strict write gets 503 and when to send it again', async () => {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    await recorded({ subject: 'unreadable' });
    const another = event({ sources }, { subject: 'unreadable' });
    const end = interfere(dynamodb, ({ command, input }) =>
      command === 'QueryCommand' && input.TableName === 'Timelines' ? 'never sent' : 'done',
    );
    writes = [];
    const dry = await world.call('POST', '/v1/events?dryRun=true', { body: another });
    const strict = await world.call('POST', '/v1/events?strict=true', { body: another });
    end();
    const detail = 'Could not be compared with what its story has. Send it again later.';
    expect([dry.status, dry.body.warnings]).toEqual([201, [{ pointer: '', detail }]]);
    expect([strict.status, strict.body.type, strict.headers['retry-after']]).toEqual([
      503,
      '/problems/unavailable',
      '1',
    ]);
    expect(writes).toEqual([]);
  });

  test('of a replacement of a held event warns of what looks like a mistake, and the replacement does not', async () => {
    const id = freshId();
    const dated = (edtf: string, own = id) =>
      developmentWith({ sources, when: { edtf } }, { id: own, subject: 'held-story' });
    await world.post(['2020-11-09', '2020-11-10', '2020-11-11'].map((edtf) => dated(edtf, freshId())));
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await world.call('POST', `/v1/events?publishAt=${later}`, { body: dated('2020-11-12') });
    const replacing = (query: string) =>
      world.call('PUT', `/v1/held-events/${body.id}${query}`, { body: dated('1920-11-10'), headers: first });
    const dry = await replacing('?dryRun=true');
    expect([dry.status, dry.body.warnings.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      200,
      ['/data/when'],
    ]);
    const replaced = await replacing('');
    expect([replaced.status, replaced.body.warnings]).toEqual([200, undefined]);
  });

  test('of a redaction says what it would reach: revisions, and stories that list the event or did', async () => {
    const id = await recorded({ subject: 'reached' });
    for (const [revision, stories] of [['minsk-group'], null].entries()) {
      await correcting(id, { stories }, { 'if-match': `"${revision}"` });
      await world.settle(id);
    }
    const reached = async (more = {}) => {
      const body = { reason: 'privacy', note: 'For a person.', ...more };
      const dry = await world.call('POST', `/v1/events/${id}/redaction?dryRun=true`, { body });
      return [dry.status, dry.body.reaches];
    };
    expect(await reached()).toEqual([202, { revisions: [0, 1, 2], stories: ['minsk-group', 'reached'] }]);
    expect(await reached({ revisions: [1] })).toEqual([202, { revisions: [1], stories: ['minsk-group', 'reached'] }]);
    expect((await world.get(`/v1/events/${id}`)).status).toBe(200);
  });

  test('uses no quota, however much is counted', async () => {
    const { sampling } = await import('../../../functions/lib/quota/use-count.ts');
    const draw = sampling.draw;
    sampling.draw = () => 0;
    writes = [];
    await world.call('POST', '/v1/events?dryRun=true', { body: event() });
    await world.call('POST', '/v1/events?dryRun=true', { body: [event(), event()] });
    await world.call('POST', '/v1/events?dryRun=true', { body: {} });
    sampling.draw = draw;
    expect(writes).toEqual([]);
  });

  test('is refused if a quota is used up, as the write would be', async () => {
    const options = { body: event(), dailyUse: exhausted };
    const dry = await world.call('POST', '/v1/events?dryRun=true', options);
    const real = await world.call('POST', '/v1/events', options);
    expect([dry.status, dry.body]).toEqual([429, { ...real.body, dryRun: true }]);
  });

  test('of a batch is refused if the newsroom is known to write too fast', async () => {
    const { notePace } = await import('../../../functions/lib/quota/known-use.ts');
    Object.assign(world.paces, { areLimited: true, areRemembered: true });
    notePace('example', { ...paceAt(undefined, Date.now()), counted: maximumPace });
    const dry = await world.call('POST', '/v1/events?dryRun=true', { body: [event(), event()] });
    Object.assign(world.paces, { areLimited: false, areRemembered: false });
    expect(dry).toMatchObject({ status: 429, body: { type: '/problems/pace-exceeded', dryRun: true } });
  });

  test('is refused once an instance has let the newsroom try as much as it may write, until the window ends', async () => {
    Object.assign(world.paces, { areLimited: true, areRemembered: true });
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-28T10:00:00Z'));
    const batch = Array.from({ length: 99 }, () => event());
    const tries = async (body: unknown, call = {}) =>
      (await world.call('POST', '/v1/events?dryRun=true', { body, newsroom: 'trying', ...call })).status;
    expect([await tries(batch), await tries(batch), await tries({}), await tries(batch)]).toEqual([200, 200, 400, 200]);
    expect([await tries(event()), await tries(batch)]).toEqual([429, 429]);
    expect(await tries(event(), { newsroom: 'patient' })).toBe(201);
    const written = await world.call('POST', '/v1/events', { body: event(), newsroom: 'trying' });
    expect(written.status).toBe(201);
    clock.mockReturnValue(Date.parse('2026-11-28T10:00:05Z'));
    expect(await tries(event())).toBe(201);
    clock.mockRestore();
    Object.assign(world.paces, { areLimited: false, areRemembered: false });
  });

  test.each(['1', 'yes', 'TRUE', 'true&dryRun=true', ''])(
    'is not asked for by dryRun=%s, nor is anything written',
    async (value) => {
      writes = [];
      const { status, body } = await world.call('POST', `/v1/events?dryRun=${value}`, { body: event() });
      const { dryRun: _, ...problem } = body;
      expect({ status, problem }).toEqual({ status: 400, problem: refused({ parameter: 'dryRun' }) });
      expect(writes).toEqual([]);
    },
  );

  test('is asked for in any percent-encoding of its parameter', async () => {
    writes = [];
    const { status, body } = await world.call('POST', '/v1/events?dry%52un=%74rue', { body: event() });
    expect({ status, dryRun: body.dryRun, writes }).toEqual({ status: 201, dryRun: true, writes: [] });
  });

  test('with dryRun=false is the write', async () => {
    const { status, headers, body } = await world.call('POST', '/v1/events?dryRun=false', { body: event() });
    expect([status, headers['timeline-dry-run'], body.dryRun]).toEqual([201, undefined, undefined]);
    expect(await itemsOf('EventLog', `E#${body.id}`)).toHaveLength(1);
  });

  test('fails, and writes nothing, where a room does not know of dry runs', async () => {
    const { inDryRun } = await import('../../../functions/lib/runtime/dry-run.ts');
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { PutItemCommand } = await import('@aws-sdk/client-dynamodb');
    writes = [];
    const Item = { pk: { S: 'X' }, sk: { S: 'X' } };
    const forgetful = inDryRun(async () => dynamodb.send(new PutItemCommand({ TableName: 'EventLog', Item })));
    await expect(forgetful).rejects.toThrow('A dry run must not send PutItemCommand.');
    expect(writes).toEqual([]);
  });
});
