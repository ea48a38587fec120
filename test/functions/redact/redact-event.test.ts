import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inParallel } from '../../../functions/lib/runtime/concurrency.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem, refused } from '../../support/expectations/problem.ts';
import { itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const note = 'Withheld by order of a court.';
const body = { reason: 'legal', note };

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

async function recorded(data: object = {}, attributes: object = {}): Promise<string> {
  return (await world.post(developmentWith(data, attributes))).body.id;
}

async function corrected(id: string, revision: number, data: object): Promise<void> {
  await world.call('POST', `/v1/events/${id}/corrections`, {
    body: { note: 'Another wording.', data },
    headers: { 'if-match': `"${revision}"` },
  });
  await world.settle(id);
}

const redact = (id: string, sent: unknown = body, call: object = {}) =>
  world.call('POST', `/v1/events/${id}/redaction`, { ...call, body: sent });
const progress = (id: string, call: object = {}) => world.call('GET', `/v1/events/${id}/redaction`, call);

const open = async (id: string) => (await itemsOf('Redactions', 'OPEN')).filter(({ eventId }) => eventId === id);

const nothingRemoved = { timelines: false, messages: false, log: false, caches: false };

describe('A redaction of a whole event', () => {
  test('is accepted: 202 with where to ask how far it has come, and what is stored of it', async () => {
    const id = await recorded({}, { id: 'whole' });
    const reply = await redact(id);
    expect(reply.status).toBe(202);
    expect(reply.headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/v1/events/${id}/redaction`,
    });
    const answer = {
      id,
      revision: 1,
      newsroom: 'example',
      reason: 'legal',
      by: 'newsroom',
      note,
      requestedAt: instant,
      removed: nothingRemoved,
      invalidatedPaths: ['/*'],
      done: false,
      doneAt: null,
    };
    expect(reply.body).toEqual(answer);
    expect(await progress(id)).toMatchObject({ status: 200, body: reply.body });
    expect(await open(id)).toEqual([
      {
        pk: 'OPEN',
        sk: `${id}#000001`,
        v: 1,
        eventId: id,
        revision: 1,
        note,
        reason: 'legal',
        by: 'newsroom',
        newsroom: 'example',
        story: 'karabakh-2020',
        requestedAt: reply.body.requestedAt,
        step: 'publish',
      },
    ]);
  });

  test('answers the event with 410, the note and the reason as soon as it is published', async () => {
    const id = await recorded({}, { id: 'gone' });
    await redact(id);
    await world.settle(id);
    const reply = await world.get(`/v1/events/${id}`);
    expect(reply.body).toMatchObject(problem(410, 'redacted', { id, note, reason: 'legal', revision: 1 }));
  });

  test('answers other content under its id with 410 at once, and not with what is stored', async () => {
    const id = await recorded({ headline: 'Zarathustra speaks' }, { id: 'conflicting' });
    await redact(id);
    const reply = await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'conflicting' }) });
    expect(reply.body).toMatchObject(problem(410, 'redacted', { id, note }));
    expect(reply.text).not.toContain('Zarathustra');
  });

  test('answers its own content under its id with 410 half a minute after it is in the timelines, while the log still has it', async () => {
    const id = await recorded({ stories: ['re-posted'] }, { id: 're-posted' });
    const partly = await recorded({}, { id: 're-posted partly' });
    await corrected(partly, 0, { headline: 'Second' });
    await redact(id);
    await redact(partly, { ...body, revisions: [0] });
    await world.settle(id, partly);
    const events = [
      developmentWith({ stories: ['re-posted'] }, { id: 're-posted' }),
      developmentWith({}, { id: 're-posted partly' }),
    ];
    const { now } = Date;
    Date.now = () => now() + 31_000;
    const replies = [];
    for (const event of events) replies.push(await world.call('POST', '/v1/events', { body: event }));
    Date.now = now;
    expect(replies.map(({ status, body: answer }) => [status, answer.note])).toEqual([
      [410, note],
      [410, note],
    ]);
  });

  test('takes down an event whose latest revision cannot be read, without confirmNote', async () => {
    const id = await recorded({ headline: 'Zarathustra speaks' }, { id: 'unreadable' });
    await corrected(id, 0, { headline: 'Second' });
    const [, , last] = (await itemsOf('EventLog', `E#${id}`)).filter(({ sk }) => sk !== 'M#000000');
    await putItem('EventLog', { ...last, event: '{"broken' });
    const reply = await redact(id, { ...body, note: 'For Zarathustra.' });
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ pointer: '/note' }] } });
    expect(await redact(id)).toMatchObject({ status: 202, body: { revision: 2, done: false } });
  });

  test('sent again is replayed: 200, and nothing is written', async () => {
    const id = await recorded({}, { id: 'again' });
    const first = await redact(id);
    const before = await itemsOf('EventLog');
    const second = await redact(id);
    expect(second).toMatchObject({ status: 200, headers: { 'idempotency-replayed': 'true' }, body: first.body });
    expect(await itemsOf('EventLog')).toEqual(before);
  });

  test('is refused with 410 if it was taken down before with another note', async () => {
    const id = await recorded({}, { id: 'otherwise' });
    await redact(id);
    expect((await redact(id, { ...body, note: 'Withheld.' })).body).toMatchObject(problem(410, 'redacted', { note }));
  });

  test('of a retracted event is accepted, and so is one of an event that is not published yet', async () => {
    const id = await recorded({}, { id: 'retracted' });
    await world.call('POST', `/v1/events/${id}/retraction`, { body: { note: 'No.' }, headers: { 'if-match': '"0"' } });
    expect((await redact(id)).status).toBe(202);
    const waiting = (await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'waiting' }) })).body.id;
    expect((await redact(waiting)).status).toBe(202);
  });

  test('leaves no name in its own revision', async () => {
    const id = await recorded({ actors: [{ name: 'Jane Planted', role: 'party' }] }, { id: 'jane-planted' });
    await redact(id);
    const [, revision] = await itemsOf('EventLog', `E#${id}`).then((items) =>
      items.filter(({ sk }) => String(sk).startsWith('R#')),
    );
    expect(JSON.stringify(revision).toLowerCase()).not.toContain('planted');
  });
});

describe('A redaction of some revisions', () => {
  test('leaves the event as it is, without what earlier revisions carried on', async () => {
    const id = await recorded({ actors: [{ name: 'Jane Planted', role: 'party' }] }, { id: 'partly' });
    await corrected(id, 0, { actors: null });
    const reply = await redact(id, { ...body, revisions: [0] });
    expect(reply).toMatchObject({ status: 202, body: { revision: 2, revisions: [0], done: false } });
    await world.settle(id);
    expect((await world.get(`/v1/events/${id}`)).status).toBe(200);
    const revision = (await itemsOf('EventLog', `E#${id}`)).find(({ sk }) => sk === 'R#000002');
    expect(JSON.stringify(revision)).not.toContain('planted');
    expect(revision).toMatchObject({ redaction: '{"reason":"legal","revisions":[0],"by":"newsroom"}' });
  });

  test('is replayed if it is sent again, even after another correction', async () => {
    const id = await recorded({}, { id: 'partly again' });
    await corrected(id, 0, { headline: 'Second' });
    await redact(id, { ...body, revisions: [0] });
    await world.settle(id);
    await corrected(id, 2, { headline: 'Third' });
    expect(await redact(id, { ...body, revisions: [0] })).toMatchObject({ status: 200, body: { revision: 2 } });
  });

  test('hides them from who sends a correction again, or other content under the id, also after another correction', async () => {
    const id = await recorded({ headline: 'Zarathustra speaks' }, { id: 'hidden' });
    const correction = {
      body: { note: 'Wrong.', data: { headline: 'Zarathustra spoke' } },
      headers: { 'if-match': '"0"' },
    };
    const correctAgain = () => world.call('POST', `/v1/events/${id}/corrections`, correction);
    await correctAgain();
    await world.settle(id);
    await corrected(id, 1, { headline: 'Third' });
    await redact(id, { ...body, revisions: [0, 1] });
    await world.settle(id);
    const replies = [await correctAgain(), await world.post(developmentWith({}, { id: 'hidden' }))];
    await corrected(id, 3, { headline: 'Fourth' });
    replies.push(await world.post(developmentWith({}, { id: 'hidden' })));
    expect(replies.map(({ status }) => status)).toEqual([412, 410, 409]);
    expect(replies.map(({ text }) => text).join()).not.toContain('Zarathustra');
  });

  test('is answered as it is if it is sent again after another redaction of the event', async () => {
    const id = await recorded({}, { id: 'one by one' });
    await corrected(id, 0, { headline: 'Second' });
    await corrected(id, 1, { headline: 'Third' });
    const asked = { ...body, revisions: [0] };
    const first = await redact(id, asked);
    await world.settle(id);
    const second = await redact(id, { ...body, note: 'Withheld.', revisions: [1] });
    const replayed = { status: 200, headers: { 'idempotency-replayed': 'true' } };
    expect(await redact(id, asked)).toMatchObject({ ...replayed, body: first.body });
    expect((await progress(id)).body).toEqual(second.body);
  });

  test('can take down one that cannot be read; where one that stays cannot be read, it says to name that too', async () => {
    const id = await recorded({}, { id: 'partly unreadable' });
    await corrected(id, 0, { headline: 'Second' });
    await corrected(id, 1, { headline: 'Third' });
    const broken = (await itemsOf('EventLog', `E#${id}`)).find(({ sk }) => sk === 'R#000001');
    await putItem('EventLog', { ...broken, event: '{"broken' });
    expect((await redact(id, { ...body, revisions: [0] })).body).toMatchObject(
      problem(409, 'state-conflict', {
        detail: `Revision 1 of ${id} cannot be read. Name it too, or leave out revisions to take all of the event down.`,
      }),
    );
    expect((await redact(id, { ...body, revisions: [0, 1] })).status).toBe(202);
  });

  test('is accepted however many revisions the event has, if one of them has content of its own', async () => {
    const id = await recorded({}, { id: 'many' });
    await corrected(id, 0, { headline: 'Second' });
    const items = await itemsOf('EventLog', `E#${id}`);
    const sorted = (prefix: string) => items.find(({ sk }) => sk === `${prefix}#000001`) as object;
    const redaction = JSON.stringify({ reason: 'legal', revisions: [], by: 'newsroom' });
    const position = Number((await world.get('/v1/changes?limit=500')).body.head);
    const times = items.find(({ sk }) => sk === 'M#000001')?.times;
    const numbers = Array.from({ length: 1_998 }, (_, index) => index + 2);
    await inParallel(numbers, 50, async (number) => {
      const sk = (prefix: string) => `${prefix}#${String(number).padStart(6, '0')}`;
      await putItem('EventLog', { ...sorted('R'), sk: sk('R'), kind: 'redacted', redaction, digest: `${number}` });
      await putItem('EventLog', { ...sorted('M'), sk: sk('M'), kind: 'redacted', times, position: position + number });
    });
    expect((await redact(id, { ...body, revisions: [2] })).body).toMatchObject(
      problem(409, 'state-conflict', {
        detail:
          'This event has 2000 revisions. Name one that is no redaction, or leave out revisions to take all of it down.',
      }),
    );
    expect((await redact(id, { ...body, revisions: [0, 2] })).status).toBe(202);
  });

  test('is 409 if all of them were taken down before', async () => {
    const id = await recorded({}, { id: 'nothing left' });
    await corrected(id, 0, { headline: 'Second' });
    await redact(id, { ...body, revisions: [0] });
    await world.settle(id);
    expect((await redact(id, { ...body, note: 'Withheld.', revisions: [0] })).body).toMatchObject(
      problem(409, 'state-conflict', { detail: 'These revisions were taken down before.' }),
    );
  });

  test('is 404 for a moment while the latest revision is not published', async () => {
    const id = await recorded({}, { id: 'partly waiting' });
    await world.call('POST', `/v1/events/${id}/corrections`, {
      body: { note: 'Another wording.', data: { headline: 'Second' } },
      headers: { 'if-match': '"0"' },
    });
    const reply = await redact(id, { ...body, revisions: [0] });
    expect(reply).toMatchObject({ status: 404, headers: { 'retry-after': '1' } });
  });

  test('is refused if it names the latest revision, or one that there is not', async () => {
    const id = await recorded({}, { id: 'latest' });
    expect((await redact(id, { ...body, revisions: [0] })).body).toMatchObject(refused({ pointer: '/revisions/0' }));
    expect((await redact(id, { ...body, revisions: [7] })).body).toMatchObject(refused({ pointer: '/revisions/0' }));
  });
});

describe('The note', () => {
  test('is refused if it repeats words of what is taken down, and kept if that is confirmed', async () => {
    const id = await recorded({ headline: 'Lorenz arrives in Lachin' }, { id: 'repeated' });
    const repeating = { ...body, note: 'Withheld for the safety of Lorenz.' };
    expect(await redact(id, repeating)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/note' }] } });
    expect(await open(id)).toEqual([]);
    expect((await redact(id, { ...repeating, confirmNote: true })).status).toBe(202);
  });
});

describe('A redaction is refused', () => {
  test.each([
    ['without a reason', { note }, '/reason'],
    ['for a reason that is none', { ...body, reason: 'shame' }, '/reason'],
    ['without a note', { reason: 'legal' }, '/note'],
    ['with a note that is too long', { ...body, note: 'x'.repeat(2_001) }, '/note'],
    ['with a field that there is not', { ...body, story: 'karabakh-2020' }, '/story'],
    ['with an empty list of revisions', { ...body, revisions: [] }, '/revisions'],
    ['with a revision twice', { ...body, revisions: [0, 0] }, '/revisions'],
    [
      'with more revisions than an event has',
      { ...body, revisions: Array.from({ length: 1_001 }, (_, n) => n) },
      '/revisions',
    ],
    ['with a revision that is no number', { ...body, revisions: ['0'] }, '/revisions/0'],
  ])('%s: 400 naming the field', async (_, sent, pointer) => {
    const id = await recorded({}, { id: 'refused' });
    const reply = await redact(id, sent);
    expect(reply).toMatchObject({ status: 400 });
    expect(reply.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test('with a key without the scope, and of another newsroom, to which the event does not exist', async () => {
    const id = await recorded({}, { id: 'foreign' });
    for (const scopes of ['events:write', 'stories:write']) {
      expect((await redact(id, body, { scopes })).status).toBe(403);
      expect((await progress(id, { scopes })).status).toBe(403);
    }
    expect((await redact(id, body, { newsroom: 'other' })).status).toBe(404);
    await redact(id);
    expect((await progress(id, { newsroom: 'other' })).status).toBe(404);
  });

  test('with a key that is limited to other stories than those that any revision has named', async () => {
    const id = await recorded({ stories: ['lachin'] }, { id: 'limited' });
    await corrected(id, 0, { stories: null });
    expect((await redact(id, body, { stories: 'karabakh-*' })).status).toBe(403);
    expect((await redact(id, body, { stories: 'karabakh-* lachin' })).status).toBe(202);
    expect((await progress(id, { stories: 'karabakh-*' })).status).toBe(403);
  });
});

test('How far a redaction has come is 404 if nothing was taken down, or if the request was interrupted before its revision was written', async () => {
  const id = await recorded({}, { id: 'untouched' });
  expect((await progress(id)).status).toBe(404);
  const { openRedaction } = await import('../../../functions/lib/redactions/redactions.ts');
  await openRedaction({
    eventId: id,
    revision: 1,
    note,
    reason: 'legal',
    by: 'newsroom',
    newsroom: 'example',
    requestedAt: new Date().toISOString(),
    step: 'publish',
  });
  expect((await progress(id)).status).toBe(404);
});
