import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { moveStory } from '../../../functions/lib/move/move.ts';
import { runTimeline } from '../../commands/support/run-timeline.ts';
import { developmentWith } from '../../events/samples.ts';
import { createdEndpoint, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem, tables } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const from = 'zarathustra-affair';
const to = 'harbour-trial';
const move = { from, to, note: 'By order of a court.', reason: 'legal', confirmNote: false } as const;

let world: World;
let eraser: Eraser;
let dynamodb: DynamoDBClient;
let fate: (asked: Asked) => Fate = () => 'done';
const remarks: string[] = [];

beforeAll(async () => {
  world = await startWorld();
  eraser = await eraserIn(world);
  ({ dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts'));
  interfere(dynamodb, (asked) => fate(asked));
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

const run = () =>
  moveStory(move, {
    access: { client: dynamodb, name: tables.ACCESS_TABLE },
    async carryOn() {
      await eraser.run();
      eraser.pass(minuteMs);
    },
    onProgress: (sentence) => remarks.push(sentence),
    graceMs: 0,
  });

async function ok(reply: Promise<{ readonly status: number; readonly text: string; readonly body: { id: string } }>) {
  const { status, text, body } = await reply;
  if (status >= 300) throw new Error(text);
  return body;
}

async function changed(id: string, revision: number, path: string, body: object): Promise<void> {
  await ok(world.call('POST', `/v1/events/${id}/${path}`, { headers: { 'if-match': `"${revision}"` }, body }));
  await world.settle(id);
  eraser.pass(minuteMs);
}

const everywhere = async () =>
  (await Promise.all(Object.values(tables).map((table) => itemsOf(table)))).flat().map((item) => JSON.stringify(item));
const traces = async () => (await everywhere()).filter((item) => item.toLowerCase().includes(from));
const storyId = (slug: string) => eventIdOf('/stories', slug);

/** Events of two newsrooms that name the story in every way, and what refers to it. */
async function plantedStory(): Promise<string[]> {
  await ok(world.call('PUT', `/v1/stories/${from}`, { body: { title: 'Zarathustra affair', timezone: 'Asia/Baku' } }));
  await world.settle(storyId(from));
  const { id: endpoint } = await createdEndpoint(world, { filter: { stories: [from] }, startAt: 'beginning' });
  await verifyEndpoint(endpoint);
  const key = { scopes: ['events:write'], secretHash: '', createdAt: new Date().toISOString(), newsroom: 'example' };
  await putItem('Access', {
    pk: 'K#example-aaaaaa',
    sk: 'KEY',
    v: 1,
    keyId: 'example-aaaaaa',
    ...key,
    stories: [from],
  });
  await putItem('Access', {
    pk: 'K#example-bbbbbb',
    sk: 'KEY',
    v: 1,
    keyId: 'example-bbbbbb',
    ...key,
    stories: ['z*'],
  });
  const ids: string[] = [];
  const record = async (data: object, attributes: object, newsroom = 'example') => {
    const { id } = await ok(
      world.post(developmentWith({ actors: [{ name: 'Witness' }], ...data }, { subject: from, ...attributes }), {
        newsroom,
      }),
    );
    ids.push(id);
    eraser.pass(minuteMs);
    return id;
  };
  await record({}, { id: 'plain' });
  await record({ stories: [from, 'minsk-group'] }, { id: 'theirs', subject: 'other' }, 'dpa');
  const corrected = await record({ stories: ['lachin'] }, { id: 'corrected' });
  await changed(corrected, 0, 'corrections', { note: 'A slip.', data: { headline: 'Second', stories: ['shusha'] } });
  const left = await record({ stories: [from] }, { id: 'left', subject: 'other' });
  await changed(left, 0, 'corrections', { note: 'Elsewhere.', data: { stories: null } });
  const retracted = await record({}, { id: 'retracted' });
  await changed(retracted, 0, 'retraction', { note: 'Made up.' });
  const unlisted = await record({ stories: [from] }, { id: 'unlisted', subject: 'other' }, 'dpa');
  await ok(world.call('POST', `/v1/stories/${from}/unlistings`, { body: { event: unlisted, note: 'Elsewhere.' } }));
  await world.settle(unlisted);
  for (const [id, more] of [
    ['whole', {}],
    ['partly', { revisions: [0] }],
  ] as const) {
    const event = await record({}, { id });
    await changed(event, 0, 'corrections', { note: 'A slip.', data: { headline: 'Second' } });
    await ok(
      world.call('POST', `/v1/events/${event}/redaction`, {
        body: { reason: 'safety', note: 'For a person.', ...more },
      }),
    );
    await world.settle(event);
  }
  const later = new Date(Date.now() + 30 * 24 * 60 * minuteMs).toISOString();
  for (const [id, subject, data] of [
    ['held', from, {}],
    ['held-elsewhere', 'other', { stories: [from, 'lachin'] }],
  ] as const) {
    const held = developmentWith(data, { id, subject });
    await ok(world.call('POST', `/v1/events?publishAt=${later}`, { body: held, newsroom: 'dpa' }));
  }
  await (await subscribersIn()).fanOut();
  for (let minutes = 0; minutes < 3; minutes++) await eraser.run();
  return ids;
}

/** What readers see of the story and of its events, as of now and earlier, but for what a move itself adds. */
async function shown(slug: string, ids: readonly string[], instants: readonly string[], last: number) {
  const answers: string[] = [];
  for (const instant of instants) {
    for (const filter of [`story=${slug}`, 'story=other', 'actor=witness', `story=${slug}&actor=witness`, '']) {
      const { body } = await world.get(`/v1/timeline?limit=500&asOf=${instant}&${filter}`);
      answers.push(JSON.stringify(body.entries));
    }
  }
  for (const id of ids) {
    const { body } = await world.get(`/v1/events/${id}/history`);
    answers.push(JSON.stringify({ ...body, links: undefined }));
  }
  for (const filter of ['', `&story=${slug}`]) {
    const { changes } = (await world.get(`/v1/changes?limit=500${filter}`)).body;
    const kept = changes.filter(
      ({ position, id }: { position: number; id: string }) => position <= last && id !== storyId(from),
    );
    answers.push(JSON.stringify(kept));
    const { corrections } = (await world.get(`/v1/corrections?limit=500${filter}`)).body;
    answers.push(JSON.stringify(corrections.filter(({ position }: { position: number }) => position <= last)));
  }
  return answers.map((answer) => answer.replaceAll(from, to));
}

describe('The move of a story to another slug', () => {
  let ids: readonly string[];
  let instants: string[];
  let before: string[];
  let head: number;
  /** What a cache has of the first revisions. */
  let kept: { readonly target: string; readonly etag: string }[];

  beforeAll(async () => {
    ids = await plantedStory();
    const first = await Promise.all(ids.map((id) => world.get(`/v1/events/${id}?revision=0`)));
    kept = first.flatMap(({ status, text, headers }, index) =>
      status === 200 && text.includes(from)
        ? [{ target: `/v1/events/${ids[index]}?revision=0`, etag: String(headers.etag) }]
        : [],
    );
    const { changes } = (await world.get('/v1/changes?limit=500')).body;
    const all = changes.map(({ publishedAt }: { publishedAt: string }) => publishedAt);
    instants = all.filter((_: string, index: number) => index % 3 === 0);
    head = changes.at(-1).position;
    before = await shown(from, ids, instants, head);
    expect((await traces()).length).toBeGreaterThan(60);
    await expect(run()).resolves.toBe(true);
    for (let quarters = 0; quarters < 5; quarters++) {
      await eraser.run();
      eraser.pass(16 * minuteMs);
    }
    expect(await itemsOf('Redactions', 'OPEN')).toEqual([]);
    expect((await itemsOf('Redactions', 'MOVES')).map(({ step }) => step)).toEqual(['done']);
  });

  test('leaves the old slug in no item of any table, in keys or attributes', async () => {
    expect(await traces()).toEqual([]);
  });

  test('is told to caches that ask whether an event is as it was', async () => {
    expect(kept.length).toBeGreaterThan(1);
    for (const { target, etag } of kept) {
      const { status, text, headers } = await world.get(target, { 'if-none-match': etag });
      expect([target, status, text.includes(to)]).toEqual([target, 200, true]);
      expect((await world.get(target, { 'if-none-match': String(headers.etag) })).status).toBe(304);
    }
  });

  test('leaves everything else as it was, to the byte: entries as of every instant, histories, changes and corrections', async () => {
    expect(await shown(to, ids, instants, head)).toEqual(before);
  });

  test('leaves the events that newsrooms hold held, under the new slug', async () => {
    const { body } = await world.call('GET', '/v1/held-events', { newsroom: 'dpa' });
    const stories = body.heldEvents.map(
      ({
        event,
        version,
      }: {
        event: { id: string; subject: string; data: { stories?: string[] } };
        version: number;
      }) => [event.id, event.subject, event.data.stories ?? [], version],
    );
    expect(stories).toEqual([
      ['held', to, [], 1],
      ['held-elsewhere', 'other', [to, 'lachin'], 1],
    ]);
    const again = developmentWith({}, { id: 'held', subject: to });
    const publishAt = body.heldEvents[0].publishAt;
    const replayed = await world.call('POST', `/v1/events?publishAt=${publishAt}`, { body: again, newsroom: 'dpa' });
    expect([replayed.status, replayed.body.version]).toEqual([200, 1]);
  });

  test('is on the record of the story: its position, its note and its reason', async () => {
    const { changes } = (await world.get(`/v1/changes?limit=500&story=${to}`)).body;
    expect(changes.slice(-2)).toMatchObject([
      { change: 'transferred', note: move.note, story: to },
      { change: 'redacted', note: move.note, story: to },
    ]);
    const { corrections } = (await world.get(`/v1/corrections?story=${to}`)).body;
    expect(corrections[0]).toMatchObject({
      note: move.note,
      redaction: { reason: 'legal', slug: true, revisions: [], by: 'operator' },
    });
    expect((await world.get(`/v1/stories/${to}`)).body).toMatchObject({
      newsroom: 'example',
      title: to,
      timezone: 'Asia/Baku',
      entries: 4,
    });
  });

  test('does not confirm that there was such a story: it is answered like any that nobody has begun', async () => {
    for (const path of ['/v1/stories/SLUG', '/v1/timeline?story=SLUG', '/v1/corrections?story=SLUG']) {
      const [old, never] = await Promise.all(
        [from, 'nobody-began-it-'].map((slug) => world.get(path.replace('SLUG', slug.slice(0, from.length)))),
      );
      const plain = (text = '') => text.replaceAll(/zarathustra-affair|nobody-began-it-/g, 'SLUG');
      expect([old?.status, plain(old?.text)]).toEqual([never?.status, plain(never?.text)]);
    }
  });

  test('does not confirm it by the event that described it, nor by what became of that', async () => {
    for (const path of ['/v1/events?id=SLUG&source=/stories', '/v1/events/ID', '/v1/events/ID/history', '/events/ID']) {
      const [old, never] = await Promise.all(
        [from, 'nobody-began-it'].map((slug) => world.get(path.replace('SLUG', slug).replace('ID', storyId(slug)))),
      );
      expect({ path, status: old?.status, body: old?.body }).toEqual({
        path,
        status: never?.status,
        body: never?.body,
      });
      expect(old?.text).not.toContain(to);
    }
    for (const [method, path, body] of [
      ['POST', '/v1/events/ID/corrections', { note: 'A slip.', data: { title: 'A' } }],
      ['POST', '/v1/events/ID/retraction', { note: 'A slip.' }],
      ['GET', '/v1/events/ID/redaction', undefined],
      ['GET', '/v1/events/ID/receipts', undefined],
    ] as const) {
      const [old, never] = await Promise.all(
        [from, 'nobody-began-it'].map((slug) =>
          world.call(method, path.replace('ID', storyId(slug)), {
            newsroom: 'dpa',
            ...(body && { body, headers: { 'if-match': '"0"' } }),
          }),
        ),
      );
      expect({ path, status: old?.status, body: old?.body }).toEqual({
        path,
        status: never?.status,
        body: never?.body,
      });
    }
  });

  test.each([
    ['describes', 'PUT', { title: 'Another story' }],
    ['withdraws', 'DELETE', undefined],
  ] as const)('does not confirm it to a newsroom that %s it', async (_does, method, body) => {
    for (const newsroom of ['dpa', 'example']) {
      const [old, never] = await Promise.all(
        [from, 'nobody-began-it'].map((slug) =>
          world.call(method, `/v1/stories/${slug}?dryRun=true`, { newsroom, ...(body && { body }) }),
        ),
      );
      expect({ newsroom, status: old?.status, detail: old?.body?.detail }).toEqual({
        newsroom,
        status: never?.status,
        detail: never?.body?.detail,
      });
    }
  });

  test('lets endpoints and keys go on with the new slug, and names the keys with patterns', async () => {
    const [endpoint] = await itemsOf('Subscribers', 'W#').then((items) => items.filter(({ sk }) => sk === 'ENDPOINT'));
    expect(endpoint).toMatchObject({ filter: { stories: [to] } });
    expect((await itemsOf('Access', 'K#')).map(({ stories }) => stories)).toEqual([[to], ['z*']]);
    expect(remarks.filter((remark) => remark.includes('pattern'))).toEqual([
      'The key example-bbbbbb has a pattern of stories with a star. If it names the old slug, revoke it and create another.',
    ]);
    const deliveries = (await itemsOf('Subscribers', 'W#')).filter(({ sk }) => String(sk).startsWith('D#'));
    expect(deliveries.at(-1)).toMatchObject({ kind: 'redacted', story: to, revision: 1 });
  });

  test('lets the newsroom describe the story anew, and retries of its events be recognized under the new slug', async () => {
    const described = world.call('PUT', `/v1/stories/${to}`, {
      headers: { 'if-match': '"1"' },
      body: { title: 'A trial' },
    });
    await ok(described);
    const event = developmentWith({ actors: [{ name: 'Witness' }] }, { id: 'plain', subject: to });
    expect((await world.call('POST', '/v1/events', { body: event })).status).toBe(200);
  });

  test('again finds no such story, and a rebuild changes nothing', async () => {
    await expect(run()).resolves.toBe(false);
    const { rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts');
    await world.settle(storyId(to));
    const { outcome, differences } = await rebuild({ graceMs: 0 });
    expect({ outcome, examples: differences?.examples }).toEqual({ outcome: 'switched', examples: [] });
  });

  test('leaves the old slug to any newsroom, and what it says of it reaches nobody who follows the new one', async () => {
    await ok(world.call('PUT', `/v1/stories/${from}`, { newsroom: 'dpa', body: { title: 'Another story' } }));
    await world.settle(storyId(from));
    const { body } = await world.get(`/v1/stories/${from}`);
    expect(body).toMatchObject({ title: 'Another story', newsroom: 'dpa' });
    const { changes } = (await world.get(`/v1/changes?limit=500&story=${to}`)).body;
    expect(changes.filter(({ story }: { story: string }) => story === from)).toEqual([]);
    const items = (await itemsOf('EventLog', `E#${storyId(from)}`)).map((item) => JSON.stringify(item));
    expect(items.filter((item) => item.includes(from) && item.includes(to))).toEqual([]);
  });
});

test('A move renames the slug in the filters that endpoints behind had before, which still decide what they receive', async () => {
  await Promise.all(Object.values(tables).map((table) => emptyTable(table)));
  await ok(world.post(developmentWith({}, { id: 'one', subject: from })));
  const { fallBehind } = await import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
  const filters = [{ stories: [from] }, { stories: [from, 'lachin'] }];
  const ids = await Promise.all(
    filters.map(async (filter) => {
      const { id } = await createdEndpoint(world, { filter, startAt: 'beginning' });
      await verifyEndpoint(id);
      await fallBehind(id, 1);
      return id;
    }),
  );
  // The first gets another filter while it is behind; the second keeps its own.
  await ok(world.call('PATCH', `/v1/webhook-endpoints/${ids[0]}`, { body: { filter: { stories: ['other'] } } }));
  const former = async (id = '') =>
    (await itemsOf('Subscribers', `W#${id}`)).find(({ sk }) => sk === 'FORMER_FILTERS')?.filters;
  let duringMove: unknown;
  const isMoved = moveStory(move, {
    access: { client: dynamodb, name: tables.ACCESS_TABLE },
    async carryOn() {
      duringMove ??= await former(ids[0]);
      await eraser.run();
      eraser.pass(minuteMs);
    },
    onProgress: () => undefined,
    graceMs: 0,
  });
  await expect(isMoved).resolves.toBe(true);
  // What is renamed in the log meanwhile is not missed.
  expect(duringMove).toEqual([{ stories: [from, to] }]);
  expect(await former(ids[0])).toEqual([{ stories: [to] }]);
  expect(await former(ids[1])).toEqual([{ stories: [to, 'lachin'] }, { stories: [to, 'lachin'] }]);
  expect((await itemsOf('Subscribers')).filter((item) => JSON.stringify(item).includes(from))).toEqual([]);
});

describe('A move that is interrupted again and again', () => {
  test('is finished by the next run, whatever was lost', async () => {
    await Promise.all(Object.values(tables).map((table) => emptyTable(table)));
    const { body } = await world.post(developmentWith({}, { id: 'again', subject: from }));
    const kept = { timezone: 'Asia/Baku', language: 'az', contributors: ['dpa'] };
    await world.call('PUT', `/v1/stories/${from}`, { body: { title: 'Again', ...kept } });
    await world.settle(body.id, storyId(from));
    let calls = 0;
    for (let left = 1, isDone = false; !isDone; left = Math.ceil(left * 1.6)) {
      let budget = left;
      fate = () => {
        budget -= 1;
        calls += 1;
        if (budget === 0) return calls % 2 === 0 ? 'never sent' : 'answer lost';
        return budget < 0 ? 'never sent' : 'done';
      };
      isDone = await run().then(
        () => true,
        () => false,
      );
      fate = () => 'done';
      eraser.pass(5 * minuteMs);
      // The functions go on meanwhile.
      await world.settle(storyId(from), storyId(to));
    }
    await run();
    for (let quarters = 0; quarters < 5; quarters++) {
      await eraser.run();
      eraser.pass(16 * minuteMs);
    }
    expect(await traces()).toEqual([]);
    expect((await world.get(`/v1/events/${body.id}`)).body).toMatchObject({ story: to });
    expect((await world.get(`/v1/stories/${to}`)).body).toMatchObject({ title: to, ...kept });
  });
});

test.each(['before the new slug has it', 'once the new slug has it'])(
  'A move that is interrupted %s keeps who may add events to the story, its zone and its language',
  async (where) => {
    await Promise.all(Object.values(tables).map((table) => emptyTable(table)));
    const kept = { timezone: 'Asia/Baku', language: 'az', contributors: ['dpa'] };
    await world.post(developmentWith({}, { id: 'kept', subject: from }));
    await world.call('PUT', `/v1/stories/${from}`, { body: { title: 'Zarathustra', ...kept } });
    await world.settle(storyId(from));
    let isCut = false;
    fate = ({ command, input }) => {
      const isOfNew = command === 'PutItemCommand' && input.Item.pk.S === `E#${storyId(to)}`;
      if (isOfNew && (where.startsWith('before') || input.Item.kind.S === 'redacted')) isCut = true;
      return isCut ? 'never sent' : 'done';
    };
    await expect(run()).rejects.toThrow();
    expect(isCut).toBe(true);
    fate = () => 'done';
    // The functions go on meanwhile.
    await world.settle(storyId(from), storyId(to));
    await expect(run()).resolves.toBe(true);
    await world.settle(storyId(to));
    expect((await world.get(`/v1/stories/${to}`)).body).toMatchObject({ title: to, ...kept });
  },
);

describe('timeline story move', () => {
  const named = ['--event-log', 'EventLog', '--timelines', 'Timelines', '--subscribers', 'Subscribers'];
  const more = [
    ...named,
    '--redactions',
    'Redactions',
    '--held-events',
    'HeldEvents',
    '--table',
    'Access',
    '--reason',
    'legal',
  ];
  const asked = (...words: string[]) => runTimeline(['story', 'move', ...words, ...more]);

  test('ends with 1 where no story has the slug, the new one is of another newsroom, or the note names the old one', async () => {
    const note = ['--note', 'By order of a court.'];
    await world.post(developmentWith({}, { id: 'own', subject: to }));
    expect(await asked('unknown', to, ...note)).toMatchObject({
      code: 1,
      errors: 'There is no story with this slug.\n',
    });
    const { body } = await world.post(developmentWith({}, { id: 'x', subject: 'foreign' }), { newsroom: 'dpa' });
    await world.settle(body.id);
    expect(await asked(to, 'foreign', ...note)).toMatchObject({
      code: 1,
      errors: 'foreign belongs to dpa. Name a slug that no story has, or one of example.\n',
    });
    expect(await asked(to, 'elsewhere', '--note', 'The harbour vanishes.')).toMatchObject({ code: 1 });
    expect(await asked(to, to, ...note)).toMatchObject({ code: 2 });
    expect(await asked(to, 'elsewhere')).toMatchObject({ code: 2 });
  });
});
