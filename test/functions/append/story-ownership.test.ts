import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { meterCapacity } from '../../support/world/capacity.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const note = 'It is part of another conflict.';
const afp = { newsroom: 'afp' };
const dpa = { newsroom: 'dpa' };

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

type Call = Parameters<World['call']>[2];

const storyId = (story: string) => eventIdOf('/stories', story);
const put = (story: string, body: object, call: Call = {}) =>
  world.call('PUT', `/v1/stories/${story}`, { ...call, body });
const withdraw = (story: string, call: Call = {}) => world.call('DELETE', `/v1/stories/${story}`, call);
const shown = async (story: string) => (await world.get(`/v1/stories/${story}`)).body;
const eventIn = (subject: string, id: string, data: object = {}) =>
  developmentWith(data, { id: `${subject}-${id}`, subject });
const idsIn = async (query: string) =>
  (await world.get(`/v1/timeline?${query}`)).body.entries.map(({ id }: { id: string }) => id);
const forbidden = { status: 403, body: problem(403, 'forbidden') };

describe('a story belongs to the newsroom', () => {
  test('whose event was published in it first', async () => {
    await world.post(eventIn('by-event', 'a'), afp);
    await world.post(eventIn('by-event', 'b'), dpa);
    expect(await shown('by-event')).toMatchObject({ newsroom: 'afp', title: 'by-event', entries: 2 });
    expect(await put('by-event', { title: 'Theirs' }, dpa)).toMatchObject(forbidden);
    expect(await put('by-event', { title: 'Ours' }, afp)).toMatchObject({ status: 201 });
  });

  test('whose event was the first to list it among its further stories', async () => {
    await world.post(eventIn('elsewhere', 'a', { stories: ['further'] }), afp);
    expect(await shown('further')).toMatchObject({ newsroom: 'afp' });
  });

  test('whose description was published before any event', async () => {
    await put('by-description', { title: 'Ours' }, afp);
    await world.settle(storyId('by-description'));
    await world.post(eventIn('by-description', 'c'), dpa);
    expect(await shown('by-description')).toMatchObject({ newsroom: 'afp', title: 'Ours', entries: 1 });
    expect(await put('by-description', { title: 'Theirs' }, dpa)).toMatchObject(forbidden);
  });

  test('that owned it, even when all its events are retracted', async () => {
    const { body } = await world.post(eventIn('emptied', 'a'), afp);
    const headers = { 'if-match': '"0"' };
    await world.call('POST', `/v1/events/${body.id}/retraction`, { ...afp, headers, body: { note } });
    await world.settle(body.id);
    expect(await shown('emptied')).toMatchObject({ newsroom: 'afp', entries: 0 });
    expect(await put('emptied', { title: 'Theirs' }, dpa)).toMatchObject(forbidden);
  });

  test.each(['event', 'description'])(
    'whose %s has the lower position, if another one was accepted before it was known',
    async (first) => {
      const story = `raced-${first}`;
      const event = await world.call('POST', '/v1/events', { ...afp, body: eventIn(story, 'raced') });
      const described = await put(story, { title: 'Theirs' }, dpa);
      expect([event.status, described.status]).toEqual([201, 201]);
      const order = [event.body.id, storyId(story)];
      for (const id of first === 'event' ? order : order.toReversed()) await world.sequence(id);
      await world.project();
      if (first === 'description') {
        expect(await shown(story)).toMatchObject({ newsroom: 'dpa', title: 'Theirs', entries: 1 });
        return;
      }
      // The description is in the record, but has no effect: its newsroom does not own the story.
      const { publishedAt } = (await world.get(`/v1/events/${event.body.id}`)).body;
      expect(await shown(story)).toMatchObject({ newsroom: 'afp', title: story, entries: 1, updatedAt: publishedAt });
      expect(await put(story, { title: 'Theirs again' }, dpa)).toMatchObject(forbidden);
      const mine = await put(story, { title: 'Ours' }, afp);
      expect(mine).toMatchObject({ status: 201, body: { revision: 1, title: 'Ours' } });
      await world.settle(storyId(story));
      expect(await shown(story)).toMatchObject({ newsroom: 'afp', title: 'Ours' });
    },
  );
});

describe('the title of a timeline', () => {
  test('is that of the owner at each moment, never that of another newsroom', async () => {
    const story = 'titled';
    const { body } = await world.call('POST', '/v1/events', { ...afp, body: eventIn(story, 'titled') });
    await put(story, { title: 'Theirs' }, dpa);
    await world.settle(body.id, storyId(story));
    const { updatedAt } = await shown(story);
    await put(story, { title: 'Ours' }, afp);
    await world.settle(storyId(story));
    const titleAt = async (asOf: string) =>
      (await world.get(`/v1/timeline?story=${story}&format=jsonfeed${asOf}`)).body.title;
    expect(await titleAt('')).toBe('Ours');
    expect(await titleAt(`&asOf=${updatedAt}`)).toBe(story);
  });
});

describe('a story that was described by mistake', () => {
  test('is withdrawn by its owner: it is gone, and any newsroom may begin it again', async () => {
    await put('mistaken', { title: 'Ours' }, afp);
    await world.settle(storyId('mistaken'));
    expect(await withdraw('mistaken', dpa)).toMatchObject(forbidden);
    expect(await withdraw('mistaken', afp)).toMatchObject({ status: 204, text: '' });
    expect(await withdraw('mistaken', afp)).toMatchObject({ status: 204 });
    await world.settle(storyId('mistaken'));
    expect(await withdraw('mistaken', afp)).toMatchObject({ status: 204 });
    expect(await world.get('/v1/stories/mistaken')).toMatchObject({ status: 404 });
    const { stories } = (await world.get('/v1/stories?limit=500')).body;
    expect(stories.map(({ story }: { story: string }) => story)).not.toContain('mistaken');
    const { changes } = (await world.get('/v1/changes?story=mistaken')).body;
    expect(changes).toMatchObject([
      { change: 'recorded', type: 'story.described', revision: 0 },
      { change: 'retracted', type: 'story.described', revision: 1, entry: null },
    ]);
    const again = await world.call('PUT', '/v1/stories/mistaken', {
      ...dpa,
      headers: { 'if-none-match': '*' },
      body: { title: 'Theirs' },
    });
    expect(again).toMatchObject({ status: 201, body: { revision: 2 } });
    await world.settle(storyId('mistaken'));
    expect(await shown('mistaken')).toMatchObject({ newsroom: 'dpa', title: 'Theirs' });
  });

  test('is begun again by an event of any newsroom', async () => {
    await put('begun-again', { title: 'Ours' }, afp);
    await world.settle(storyId('begun-again'));
    await withdraw('begun-again', afp);
    await world.settle(storyId('begun-again'));
    await world.post(eventIn('begun-again', 'a'), dpa);
    expect(await shown('begun-again')).toMatchObject({ newsroom: 'dpa', title: 'begun-again' });
  });

  test('is not withdrawn while it has entries: 409, and its withdrawal has no effect if one was published first', async () => {
    await put('filled', { title: 'Ours' }, afp);
    await world.settle(storyId('filled'));
    const event = await world.call('POST', '/v1/events', { ...dpa, body: eventIn('filled', 'late') });
    await world.sequence(event.body.id);
    expect(await withdraw('filled', afp)).toMatchObject({ status: 204 });
    await world.settle(storyId('filled'));
    expect(await shown('filled')).toMatchObject({ newsroom: 'afp', title: 'Ours', entries: 1 });
    expect(await withdraw('filled', afp)).toMatchObject({ status: 409, body: problem(409, 'state-conflict') });
  });

  test('needs no If-Match, but takes it: 412 if it is stale', async () => {
    await put('stale', { title: 'Ours' }, afp);
    const stale = await withdraw('stale', { ...afp, headers: { 'if-match': '"4"' } });
    expect(stale).toMatchObject({ status: 412, body: problem(412, 'stale-revision', { revision: 0 }) });
    expect(await withdraw('stale', { ...afp, headers: { 'if-match': '"0"' } })).toMatchObject({ status: 204 });
  });

  test.each<[string, string, Call, object]>([
    ['that nobody described is 404', 'never', {}, { status: 404, body: problem(404, 'not-found') }],
    ['that cannot exist is 404', 'No-Slug', {}, { status: 404, body: problem(404, 'not-found') }],
    ['with a body is 400', 'never', { body: { title: 'a' } }, { status: 400, body: refused({ pointer: '/title' }) }],
    ['without the scope is 403', 'never', { scopes: 'events:write' }, forbidden],
  ])('%s', async (_, story, call, expected) => {
    expect(await withdraw(story, call)).toMatchObject(expected);
  });
});

describe('the owner of a story', () => {
  const unlist = (story: string, event: string, call: Call = afp) =>
    world.call('POST', `/v1/stories/${story}/unlistings`, { ...call, body: { event, note } });

  test('takes an event of another newsroom out of its timeline: it stays in all others, as it is', async () => {
    await world.post(eventIn('curated', 'first'), afp);
    const { body } = await world.post(eventIn('curated', 'theirs', { stories: ['other'] }), dpa);
    const { id } = body;
    const headers = { 'if-match': '"0"' };
    const correction = { note: 'A slip.', data: { headline: 'Corrected' } };
    await world.call('POST', `/v1/events/${id}/corrections`, { ...dpa, headers, body: correction });
    await world.settle(id);
    const before = (await world.get(`/v1/events/${id}`)).body;
    const reply = await unlist('curated', id);
    expect(reply).toMatchObject({ status: 201, body: { id, revision: 2, story: 'curated', unlisted: ['curated'] } });
    await world.settle(id);

    expect(await idsIn('story=curated')).not.toContain(id);
    expect(await idsIn(`story=curated&asOf=${before.publishedAt}`)).toContain(id);
    for (const query of ['story=other', 'newsroom=dpa&story=other', 'type=development.reported&newsroom=dpa']) {
      expect(await idsIn(query)).toContain(id);
    }
    expect((await world.get('/v1/timeline/counts?interval=year&story=curated')).body.counts).toMatchObject([
      { certain: 1 },
    ]);
    const after = (await world.get(`/v1/events/${id}`)).body;
    const { position, publishedAt } = after;
    // The correction by its own newsroom stays in sight.
    expect(after).toEqual({ ...before, revision: 2, unlisted: ['curated'], position, publishedAt });
    expect(after.correction).toMatchObject({ note: 'A slip.' });
    expect(await shown('curated')).toMatchObject({ newsroom: 'afp', entries: 1 });
  });

  test('leaves it out for good, whatever its newsroom corrects, and only once', async () => {
    await world.post(eventIn('closed', 'first'), afp);
    const { body } = await world.post(eventIn('closed', 'theirs-too', { stories: ['open'] }), dpa);
    await unlist('closed', body.id);
    await world.settle(body.id);
    expect(await unlist('closed', body.id)).toMatchObject({ status: 200, body: { revision: 1, unlisted: ['closed'] } });
    const change = (revision: number, data: object) =>
      world.call('POST', `/v1/events/${body.id}/corrections`, {
        ...dpa,
        headers: { 'if-match': `"${revision}"` },
        body: { note: 'Anew.', data },
      });
    expect(await change(0, { stories: null })).toMatchObject({ status: 412 });
    expect(await change(1, { stories: ['open', 'closed'], headline: 'Anew' })).toMatchObject({ status: 201 });
    await world.settle(body.id);
    expect(await idsIn('story=closed')).not.toContain(body.id);
    expect(await idsIn('story=open')).toContain(body.id);
  });

  test('is seen to do so: in changes, history and corrections, with the note', async () => {
    await world.post(eventIn('seen', 'first'), afp);
    const { body } = await world.post(eventIn('seen', 'theirs-seen'), dpa);
    await unlist('seen', body.id);
    await world.settle(body.id);
    const changes = (await world.get('/v1/changes?story=seen&newsroom=dpa')).body.changes;
    expect(changes).toMatchObject([
      { change: 'recorded' },
      { change: 'unlisted', note, entry: { unlisted: ['seen'], newsroom: 'dpa' } },
    ]);
    const { revisions } = (await world.get(`/v1/events/${body.id}/history`)).body;
    expect(revisions).toMatchObject([
      { kind: 'recorded', newsroom: 'dpa', changed: [] },
      { kind: 'unlisted', newsroom: 'afp', note, changed: [] },
    ]);
    const { corrections } = (await world.get('/v1/corrections?story=seen')).body;
    expect(corrections).toMatchObject([{ change: 'unlisted', id: body.id, note }]);
  });

  test('alone may: another newsroom gets 403, also that of the event', async () => {
    await world.post(eventIn('guarded', 'first'), afp);
    const { body } = await world.post(eventIn('guarded', 'theirs-guarded'), dpa);
    for (const newsroom of ['dpa', 'reuters']) {
      expect(await unlist('guarded', body.id, { newsroom })).toMatchObject(forbidden);
    }
    expect(await idsIn('story=guarded')).toContain(body.id);
  });

  test('cannot take out what is not there: 404, and 409 for a retracted event', async () => {
    const own = await world.post(eventIn('sparse', 'first'), afp);
    const elsewhere = await world.post(eventIn('another', 'elsewhere'), dpa);
    const { body } = await world.post(eventIn('sparse', 'gone'), dpa);
    const headers = { 'if-match': '"0"' };
    await world.call('POST', `/v1/events/${body.id}/retraction`, { ...dpa, headers, body: { note } });
    await world.settle(body.id);
    const unknown = eventIdOf('/newsrooms/afp', 'unknown');
    for (const id of [elsewhere.body.id, unknown, storyId('sparse')]) {
      expect(await unlist('sparse', id)).toMatchObject({ status: 404, body: problem(404, 'not-found') });
    }
    expect(await unlist('sparse', body.id)).toMatchObject({ status: 409, body: problem(409, 'conflict') });
    expect(await unlist('sparse', 'evt_1')).toMatchObject({ status: 400, body: refused({ pointer: '/event' }) });
    expect(await unlist('sparse', own.body.id)).toMatchObject({ status: 201 });
  });
});

describe('a story with contributors', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Half a minute later, when writers ask again. */
  const later = () => jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 31_000);
  const post = (body: unknown, call: Call) => world.call('POST', '/v1/events', { ...call, body });
  const limitTo = async (story: string, contributors: string[]) => {
    await put(story, { title: 'Ours', contributors }, afp);
    await world.settle(storyId(story));
    later();
  };

  test('takes events of its owner and of them: another newsroom gets 403, and nothing is written', async () => {
    await limitTo('closed-to-others', ['dpa']);
    expect(await shown('closed-to-others')).toMatchObject({ newsroom: 'afp', contributors: ['dpa'] });
    for (const newsroom of ['afp', 'dpa']) {
      expect(await post(eventIn('closed-to-others', newsroom), { newsroom })).toMatchObject({ status: 201 });
    }
    const theirs = eventIn('closed-to-others', 'r');
    const further = eventIn('theirs', 'r', { stories: ['closed-to-others'] });
    for (const body of [theirs, further, [eventIn('theirs', 's'), theirs]]) {
      expect(await post(body, { newsroom: 'reuters' })).toMatchObject({
        status: 403,
        body: problem(403, 'forbidden', {
          detail:
            'The newsroom afp owns the story closed-to-others, and has named the newsrooms that may add events to it. Yours is not among them.',
        }),
      });
    }
    expect(await world.get('/v1/stories/theirs')).toMatchObject({ status: 404 });
  });

  test('takes no event that a correction moves into it, but corrections of what it has', async () => {
    const { body } = await world.post(eventIn('limited-later', 'in-time', { stories: ['aside'] }), dpa);
    await put('limited-now', { title: 'Ours' }, afp);
    await world.settle(storyId('limited-now'));
    const inTime = await world.post(eventIn('aside', 'in-time', { stories: ['limited-now'] }), dpa);
    await put('limited-now', { title: 'Ours', contributors: [] }, { ...afp, headers: { 'if-match': '"0"' } });
    await world.settle(storyId('limited-now'));
    later();
    const correct = (id: string, data: object) =>
      world.call('POST', `/v1/events/${id}/corrections`, {
        ...dpa,
        headers: { 'if-match': '"0"' },
        body: { note, data },
      });
    expect(await correct(body.id, { stories: ['aside', 'limited-now'] })).toMatchObject(forbidden);
    expect(await correct(body.id, { stories: ['another-aside'] })).toMatchObject({ status: 201 });
    expect(await correct(inTime.body.id, { headline: 'Corrected' })).toMatchObject({ status: 201 });
  });

  test('replays an event that it took before, and reports another one under its id', async () => {
    const before = await post(eventIn('closed-later', 'early'), { newsroom: 'reuters' });
    await world.settle(before.body.id);
    await world.call('PUT', '/v1/stories/closed-later', {
      newsroom: 'reuters',
      body: { title: 'Ours', contributors: [] },
    });
    const { body } = await post(eventIn('closed-later', 'late'), dpa);
    await world.settle(storyId('closed-later'), body.id);
    later();
    const again = await post(eventIn('closed-later', 'late'), dpa);
    expect(again).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: { id: body.id } });
    expect(await post(eventIn('closed-later', 'late', { headline: 'Other' }), dpa)).toMatchObject({ status: 409 });
    expect(await post(eventIn('closed-later', 'later'), dpa)).toMatchObject(forbidden);
  });

  test('is asked for once in half a minute, and not at all if the timelines cannot be read', async () => {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const meter = meterCapacity(dynamodb);
    const append = async (story: string, id: string) => {
      meter.take();
      const { status } = await post(eventIn(story, id), dpa);
      return { status, calls: meter.take().calls };
    };
    expect(await append('asked-once', 'a')).toEqual({ status: 201, calls: 2 });
    for (const id of ['b', 'c']) expect(await append('asked-once', id)).toEqual({ status: 201, calls: 1 });
    later();
    expect(await append('asked-once', 'd')).toEqual({ status: 201, calls: 2 });
    dynamodb.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'BatchGetItemCommand') throw new Error('The table cannot be reached.');
          return next(args);
        },
      { step: 'initialize', name: 'outage' },
    );
    expect((await append('asked-in-an-outage', 'a')).status).toBe(201);
    dynamodb.middlewareStack.remove('outage');
    dynamodb.middlewareStack.remove('meterCapacity');
  });

  test.each([
    ['more than 32 newsrooms', Array.from({ length: 33 }, (_, index) => `n-${index}`), '/contributors'],
    ['a name that no newsroom has', ['AFP'], '/contributors/0'],
  ])('with %s is refused', async (_, contributors, pointer) => {
    const reply = await put('too-many', { title: 'Ours', contributors }, afp);
    expect(reply).toMatchObject({ status: 400, body: refused({ pointer }) });
  });
});
