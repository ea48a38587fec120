import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { emptyTable, itemsOf, putItem } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const tables = ['--event-log', 'EventLog', '--redactions', 'Redactions'];
const asked = ['--reason', 'legal', '--note', 'Withheld by order of a court.'];

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Redactions')]);
});
afterAll(() => world.stop());

const redact = (...more: string[]) => runTimeline(['redact', ...more, ...tables]);
const recorded = async (data: object, id: string) =>
  (await world.post(developmentWith(data, { id }))).body.id as string;
const open = () => itemsOf('Redactions', 'OPEN');

describe('timeline redact', () => {
  test('takes down an event of any newsroom, on the record; again, it says that it did', async () => {
    const id = await recorded({}, 'a');
    expect(await redact(id, ...asked)).toEqual({
      code: 0,
      output: `${id} is taken down, by its revision 1. erase-content removes the content within minutes.\n`,
      errors: '',
    });
    await world.project();
    expect(await world.get(`/v1/events/${id}`)).toMatchObject({ status: 410, body: { reason: 'legal', revision: 1 } });
    expect(await open()).toMatchObject([{ eventId: id, revision: 1, by: 'operator', newsroom: 'example' }]);
    expect(await redact(id, ...asked)).toMatchObject({
      code: 0,
      output: `${id} was taken down before, by its revision 1. erase-content removes the content within minutes.\n`,
    });
  });

  test('takes down some revisions, and the description of a story', async () => {
    const id = await recorded({}, 'a');
    const headers = { 'if-match': '"0"' };
    const body = { note: 'Another wording.', data: { headline: 'Second' } };
    await world.call('POST', `/v1/events/${id}/corrections`, { headers, body });
    expect(await redact(id, '--revisions', '0', ...asked)).toMatchObject({ code: 0 });
    expect(await open()).toMatchObject([{ eventId: id, revision: 2, revisions: [0] }]);
    await world.call('PUT', '/v1/stories/karabakh-2020', { body: { title: 'Karabakh' } });
    expect(await redact('--story', 'karabakh-2020', ...asked)).toMatchObject({ code: 0 });
    expect(await open()).toHaveLength(2);
  });

  test('takes down the note of a redaction: the event is redacted again', async () => {
    const id = await recorded({}, 'a');
    await redact(id, '--reason', 'legal', '--note', 'Removed for Zarathustra.');
    expect(await redact(id, ...asked)).toMatchObject({ code: 0 });
    expect((await open()).map(({ revision }) => revision)).toEqual([1, 2]);
  });

  test('is refused with 1, and the reason, where the event, a revision or the note is not as it must be', async () => {
    const id = await recorded({ headline: 'Lorenz arrives' }, 'a');
    const refusals = [
      [['evt_aaaaaaaaaaaaaaaaaaaaaaaaaa', ...asked], 'There is no event with this id.'],
      [[id, '--revisions', '7', ...asked], 'The event has no revision 7.'],
      [[id, '--reason', 'legal', '--note', 'For Lorenz.'], 'Repeats words of what it takes down: "lorenz".'],
    ] as const;
    for (const [more, message] of refusals) {
      const { code, errors } = await redact(...more);
      expect([code, errors]).toEqual([1, expect.stringContaining(message)]);
    }
    expect(await redact(id, '--reason', 'legal', '--note', 'For Lorenz.', '--confirm-note')).toMatchObject({ code: 0 });
  });

  test.each([
    ['nothing to take down', asked],
    ['an event and a story', ['evt_aaaaaaaaaaaaaaaaaaaaaaaaaa', '--story', 'karabakh', ...asked]],
    ['no note', ['evt_aaaaaaaaaaaaaaaaaaaaaaaaaa', '--reason', 'legal']],
    ['a reason that is none', ['evt_aaaaaaaaaaaaaaaaaaaaaaaaaa', '--reason', 'shame', '--note', 'No.']],
    ['an id that is none', ['lachin', ...asked]],
    ['an event with --replay', ['evt_aaaaaaaaaaaaaaaaaaaaaaaaaa', '--replay']],
  ])('ends with 2 for %s', async (_, more) => {
    expect(await redact(...more)).toMatchObject({ code: 2 });
  });
});

describe('timeline redact --replay', () => {
  const listed = (eventId: string, revision: number, more: object = {}) => ({
    pk: 'LIST',
    sk: `${eventId}#00000${revision}`,
    v: 1,
    eventId,
    revision,
    note: 'Withheld by order of a court.',
    reason: 'legal',
    by: 'newsroom',
    newsroom: 'example',
    requestedAt: '2026-11-22T10:00:00.000Z',
    ...more,
  });

  test('takes down again what a restored log shows, once, and names the events that it does not have', async () => {
    const shown = await recorded({}, 'shown');
    const partly = await recorded({}, 'partly');
    const known = await recorded({}, 'known');
    await redact(known, ...asked);
    const [{ pk: _, step, ...redaction } = {}] = await open();
    await emptyTable('Redactions');
    const absent = 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    for (const item of [
      listed(shown, 4),
      listed(partly, 3, { revisions: [0, 1] }),
      listed(absent, 1),
      { ...redaction, pk: 'LIST' },
    ]) {
      await putItem('Redactions', item);
    }
    const replay = async () => {
      const { code, output } = await redact('--replay');
      return { code, lines: output.split('\n').filter(Boolean).sort() };
    };
    const known1 = `Redaction 1 of ${known} is in the log; its content is removed again.`;
    const absent1 = `Redaction 1 of ${absent} is of an event that the log does not have. If its newsroom posts it again, take it down again.`;
    expect(await replay()).toEqual({
      code: 1,
      lines: [
        known1,
        absent1,
        `Redaction 3 of ${partly} was appended again, for the whole event: the revisions that were to stay are not in the log.`,
        `Redaction 4 of ${shown} was appended again.`,
        'Redactions replayed: 4.',
      ].sort(),
    });
    const openNow = await open();
    expect(openNow.map(({ eventId, revision }) => `${eventId} ${revision}`).sort()).toEqual(
      [`${shown} 1`, `${partly} 1`, `${known} 1`].sort(),
    );
    for (const id of [shown, partly, known]) {
      await world.settle(id);
      expect((await world.get(`/v1/events/${id}`)).status).toBe(410);
    }
    const log = await itemsOf('EventLog');
    await replay();
    expect(await itemsOf('EventLog')).toEqual(log);
  });

  test('refuses from then on the id of an event that the restored log does not have: 410 with the note', async () => {
    const { eventIdOf } = await import('../../events/identity.ts');
    const lost = eventIdOf('/newsrooms/example', 'lost');
    await putItem('Redactions', listed(lost, 3, { story: 'karabakh-2020', revisions: [0] }));
    const replay = () => redact('--replay');
    const line = `Redaction 3 of ${lost} is of an event that the log does not have. It is in its place, so that its id stays refused.`;
    expect(await replay()).toEqual({ code: 0, output: `${line}\nRedactions replayed: 1.\n`, errors: '' });
    const post = () => world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'lost' }) });
    const gone = { status: 410, body: { note: 'Withheld by order of a court.', reason: 'legal', revision: 0 } };
    expect(await post()).toMatchObject(gone);
    await world.settle(lost);
    expect(await post()).toMatchObject(gone);
    expect(await world.get(`/v1/events/${lost}`)).toMatchObject(gone);
    expect((await world.get('/v1/timeline?story=karabakh-2020')).body).toMatchObject({ entries: [], redacted: 1 });
    const log = await itemsOf('EventLog');
    expect((await replay()).code).toBe(0);
    expect(await itemsOf('EventLog')).toEqual(log);
  });

  test('moves a story again whose old slug the restored log shows, and puts the move on the record again', async () => {
    const { hashOfSlug } = await import('../../events/slug-move.ts');
    const id = await recorded({ stories: ['jane-roe'] }, 'moved');
    const move = { to: 'trial', salt: 'salt', hash: hashOfSlug('jane-roe', 'salt'), note: 'By order of a court.' };
    const at = '2026-11-22T10:00:00.000Z';
    const stored = { id: 'move-1', ...move, reason: 'legal', newsroom: 'example', requestedAt: at };
    await putItem('Redactions', {
      ...{ pk: 'MOVES', sk: `${at}#move-1`, v: 1, step: 'done', through: 9, since: at },
      ...stored,
    });
    expect((await redact('--replay')).output).toBe('Redactions replayed: 0.\nMoves of stories replayed: 1.\n');
    expect(JSON.stringify(await itemsOf('EventLog'))).not.toContain('jane-roe');
    const log = await itemsOf('EventLog');
    await redact('--replay');
    expect(await itemsOf('EventLog')).toEqual(log);
    expect(log.filter(({ redaction }) => redaction)).toMatchObject([
      { kind: 'redacted', note: move.note, recordedAt: at },
    ]);
    expect((await world.get(`/v1/events/${id}?revision=0`)).body).toMatchObject({
      data: { stories: ['trial'] },
    });
  });
});
