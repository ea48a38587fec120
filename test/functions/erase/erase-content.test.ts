import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const note = 'Withheld by order of a court.';
const body = { reason: 'legal', note };

/** A name in every part of an event that can hold one. */
const planted = {
  headline: 'Zarathustra speaks in Lachin',
  summary: 'Zarathustra spoke.',
  actors: [{ name: 'Zarathustra', role: 'party' }],
  places: [{ name: 'Zarathustra Square' }],
  topics: ['medtop:20000056'],
  sources: [{ url: 'https://example.org/zarathustra', publisher: 'Zarathustra' }],
};

let world: World;
let queue: ParkedQueue;
let eraser: Eraser;
let fateOf: (asked: Asked) => Fate;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
  eraser = await eraserIn(world);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
  fateOf = () => 'done';
  eraser.invalidations.length = 0;
  await Promise.all(
    (['EventLog', 'Timelines', 'Subscribers', 'Redactions'] as const).map((table) => emptyTable(table)),
  );
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
  await queue.stop();
});

async function recorded(data: object, id: string): Promise<string> {
  const reply = await world.post(developmentWith(data, { id }));
  if (reply.status !== 201) throw new Error(reply.text);
  return reply.body.id;
}

async function change(id: string, revision: number, path: string, sent: object): Promise<void> {
  const reply = await world.call('POST', `/v1/events/${id}/${path}`, {
    body: sent,
    headers: { 'if-match': `"${revision}"` },
  });
  if (reply.status !== 201) throw new Error(reply.text);
  await world.settle(id);
}

const correct = (id: string, revision: number, data: object, why = 'Another wording.') =>
  change(id, revision, 'corrections', { note: why, data });

async function redact(id: string, more: object = {}): Promise<void> {
  const reply = await world.call('POST', `/v1/events/${id}/redaction`, { body: { ...body, ...more } });
  if (reply.status !== 202) throw new Error(reply.text);
  await world.sequence(id);
}

const logText = async () => JSON.stringify(await itemsOf('EventLog')).toLowerCase();
const logOf = async (id: string) =>
  (await itemsOf('EventLog', `E#${id}`)).filter(({ sk }) => String(sk).startsWith('R#'));
const feed = () => itemsOf('EventLog', 'F');
const progress = async (id: string) => (await world.call('GET', `/v1/events/${id}/redaction`)).body;

/** Without planted names, in no event: corrected to and from them, with names in the notes too. */
async function history(id: string): Promise<string> {
  const event = await recorded(planted, id);
  await correct(event, 0, { headline: 'Zarathustra leaves', summary: null }, 'Zarathustra asked for it.');
  await correct(event, 1, {
    headline: 'A speech',
    actors: null,
    places: null,
    topics: null,
    sources: [{ url: 'https://example.org/speech', publisher: 'AFP' }],
  });
  return event;
}

describe('A redaction of a whole event', () => {
  test('also takes down a revision that cannot be read', async () => {
    const id = await recorded(planted, 'zarathustra-2020');
    const body = { note: 'Zarathustra asked for it.', data: { headline: 'Zarathustra leaves' } };
    await world.call('POST', `/v1/events/${id}/corrections`, { headers: { 'if-match': '"0"' }, body });
    await world.sequence(id);
    await redact(id);
    const broken = (await logOf(id))[1] as Record<string, unknown>;
    await putItem('EventLog', { ...broken, event: '{"Zarathustra' });
    await eraser.finish();
    expect(await logText()).not.toContain('zarathustra');
    expect(JSON.stringify(await itemsOf('Timelines')).toLowerCase()).not.toContain('zarathustra');
    expect(await progress(id)).toMatchObject({ done: true });
  });

  test('also takes down what comes after a revision whose compressed text is damaged', async () => {
    const id = await recorded(planted, 'zarathustra-2020');
    for (const revision of [0, 1, 2]) {
      const body = { note: 'Zarathustra asked for it.', data: { headline: `Zarathustra leaves ${revision}` } };
      await world.call('POST', `/v1/events/${id}/corrections`, { headers: { 'if-match': `"${revision}"` }, body });
      await world.sequence(id);
    }
    await redact(id);
    const second = (await logOf(id))[1] as Record<string, unknown>;
    // Its last four bytes, where gzip has the size of the text, say 1.6 GB.
    await putItem('EventLog', { ...second, event: Buffer.from('damaged') });
    await eraser.finish();
    expect(await logText()).not.toContain('zarathustra');
    const { damaged } = Object.groupBy(await logOf(id), ({ event }) =>
      event instanceof Uint8Array ? 'damaged' : 'blank',
    );
    expect(damaged).toBeUndefined();
    expect(await progress(id)).toMatchObject({ done: true });
  });

  test('leaves of each revision its number, position, times, newsroom, kind and commitment, and of its feed entry the story', async () => {
    const id = await history('zarathustra-2020');
    const before = await logOf(id);
    await redact(id);
    await eraser.finish();
    const stays = (index: number, kind: string) => {
      const { recordedAt, commitment, correlationId } = before[index] as Record<string, unknown>;
      return {
        pk: `E#${id}`,
        sk: `R#00000${index}`,
        v: 3,
        kind,
        event:
          '{"specversion":"1.0","id":"","source":"/newsrooms/example","type":"event.redacted","subject":"karabakh-2020","data":{}}',
        digest: '',
        recordedAt,
        newsroom: 'example',
        correlationId,
        commitment,
        redactedBy: 3,
      };
    };
    const after = await logOf(id);
    expect(after.slice(0, 3)).toEqual([stays(0, 'recorded'), stays(1, 'corrected'), stays(2, 'corrected')]);
    const entries = (await feed()).map(({ type, story, values }) => ({ type, story, values }));
    const blank = { type: 'event.redacted', story: 'karabakh-2020', values: '{"s":["karabakh-2020"],"w":["example"]}' };
    expect(entries.slice(0, 3)).toEqual([blank, blank, blank]);
    expect(await logText()).not.toContain('zarathustra');
  });

  test('is done a quarter of an hour after its content is gone; caches are invalidated twice, and the list has it for ever', async () => {
    const id = await history('done');
    await redact(id);
    const [start, { requestedAt }] = [Date.now(), await progress(id)];
    const minutes = await eraser.finish();
    expect(minutes).toBeLessThan(40);
    expect(eraser.invalidations[0]).toBe(start);
    expect(eraser.invalidations).toHaveLength(2);
    expect((eraser.invalidations[1] as number) - start).toBeGreaterThanOrEqual(5 * minuteMs);
    const doneAt = new Date(start + minutes * minuteMs).toISOString();
    const redaction = { newsroom: 'example', reason: 'legal', by: 'newsroom', note, requestedAt, doneAt };
    expect(await progress(id)).toEqual({
      id,
      revision: 3,
      ...redaction,
      removed: { timelines: true, messages: true, log: true, caches: true },
      invalidatedPaths: ['/*'],
      done: true,
    });
    expect(await itemsOf('Redactions', 'LIST')).toEqual([
      { pk: 'LIST', sk: `${id}#000003`, v: 1, eventId: id, revision: 3, story: 'karabakh-2020', ...redaction },
    ]);
  });

  test('waits with the log until the timelines and the messages have come past it', async () => {
    const id = await history('waiting');
    await redact(id);
    await eraser.erase();
    expect(await progress(id)).toMatchObject({ removed: { timelines: false, messages: false, log: false } });
    expect(await logText()).toContain('zarathustra');
    expect(eraser.invalidations).toEqual([]);
  });

  test('refuses the id from then on: 410 with the note, whatever the content', async () => {
    const id = await history('again');
    await redact(id);
    await eraser.finish();
    for (const data of [planted, {}]) {
      const reply = await world.call('POST', '/v1/events', { body: developmentWith(data, { id: 'again' }) });
      expect(reply.body).toEqual(expect.objectContaining(problem(410, 'redacted', { id, note })));
      expect(reply.text.toLowerCase()).not.toContain('zarathustra');
    }
  });
});

describe('A redaction of some revisions', () => {
  test('leaves the others as they are, without what they carried of it', async () => {
    const id = await history('partly');
    const before = await logOf(id);
    await redact(id, { revisions: [0, 1] });
    await eraser.finish();
    const after = await logOf(id);
    const { carried: _, ...standing } = before[2] as Record<string, unknown>;
    expect(after[2]).toEqual(standing);
    expect(await logText()).not.toContain('zarathustra');
    expect(await world.get(`/v1/events/${id}`)).toMatchObject({
      status: 200,
      body: { data: { headline: 'A speech' } },
    });
    expect((await world.get(`/v1/events/${id}?revision=0`)).status).toBe(410);
    expect((await world.get(`/v1/events/${id}?revision=2`)).status).toBe(200);
    expect((await world.get(`/v1/events/${id}/history`)).status).toBe(200);
  });

  test('are carried out in their order, so that the later one does not write back what the earlier one removes', async () => {
    const id = await history('two');
    await redact(id, { revisions: [0] });
    await world.project();
    await correct(id, 3, { headline: 'A long speech' });
    await redact(id, { revisions: [1], note: 'By the same order.' });
    await eraser.finish();
    expect(await logText()).not.toContain('zarathustra');
    const revisions = await logOf(id);
    expect(revisions.map(({ redactedBy }) => redactedBy)).toEqual([3, 5, undefined, undefined, undefined, undefined]);
  });

  test('can take down a redaction and its note, which the list forgets too', async () => {
    const id = await history('note');
    await redact(id, { note: 'Withheld for Zarathustra.', confirmNote: true, revisions: [0, 1] });
    await eraser.run();
    await correct(id, 3, { headline: 'Another speech' });
    await redact(id, { revisions: [3], note: 'By the same order.' });
    await eraser.finish();
    expect(JSON.stringify(await itemsOf('Redactions')).toLowerCase()).not.toContain('zarathustra');
    expect(await logText()).not.toContain('zarathustra');
  });
});

describe('A request that was interrupted before its revision was written', () => {
  const opened = (id: string, revision: number) => ({
    pk: 'OPEN',
    sk: `${id}#00000${revision}`,
    v: 1,
    eventId: id,
    revision,
    note,
    reason: 'legal',
    by: 'newsroom',
    newsroom: 'example',
    requestedAt: new Date().toISOString(),
    step: 'publish',
  });

  test('is dropped after an hour, and at once if another revision has its number', async () => {
    const id = await recorded({}, 'ghost');
    await putItem('Redactions', opened(id, 0));
    await putItem('Redactions', opened(id, 1));
    await eraser.run();
    expect((await itemsOf('Redactions')).map(({ revision }) => revision)).toEqual([1]);
    eraser.pass(61 * minuteMs);
    await eraser.run();
    expect(await itemsOf('Redactions')).toEqual([]);
  });

  test('does not end a redaction that the log has lost: it stays open until it is replayed', async () => {
    const id = await recorded({}, 'restored');
    const { pk, step, ...listed } = opened(id, 7);
    await putItem('Redactions', { ...listed, pk: 'LIST' });
    await putItem('Redactions', opened(id, 7));
    eraser.pass(61 * minuteMs);
    await eraser.run();
    expect((await itemsOf('Redactions', 'OPEN')).map(({ revision }) => revision)).toEqual([7]);
  });
});

test('A redaction that fails keeps no other from being carried out, and is reported', async () => {
  const [bad, good] = [await history('bad'), await history('good')];
  await redact(bad);
  await redact(good);
  fateOf = ({ input }) => {
    if (input.Item?.sk?.S === `${bad}#000003`) throw new TypeError('This one cannot be written.');
    return 'done';
  };
  await world.project();
  await (await subscribersIn()).fanOut();
  await expect(eraser.erase()).rejects.toThrow('This one cannot be written.');
  fateOf = () => 'done';
  expect(await progress(good)).toMatchObject({ removed: { log: true } });
  expect(await progress(bad)).toMatchObject({ removed: { log: false } });
});

describe('Many redactions of one newsroom', () => {
  test('have their turns after one of each other newsroom, whichever begins', async () => {
    const { inTurn } = await import('../../../functions/lib/erase/in-turn.ts');
    const many = Array.from({ length: 100 }, (_, number) => ({ newsroom: 'afp', number }));
    const [dpa, reuters] = ['dpa', 'reuters'].map((newsroom) => ({ newsroom, number: 0 }));
    const all = [...many, dpa, reuters] as typeof many;
    for (const first of [0, 0.4, 0.99]) {
      const order = inTurn(all, first);
      expect(
        order
          .slice(0, 3)
          .map(({ newsroom }) => newsroom)
          .sort(),
      ).toEqual(['afp', 'dpa', 'reuters']);
      expect(order.filter(({ newsroom }) => newsroom === 'afp')).toEqual(many);
      expect(order).toHaveLength(102);
    }
    expect(inTurn([], 0.5)).toEqual([]);
  });

  test('do not delay that of another newsroom, although the worker has time for few of them', async () => {
    const theirs = await recorded(planted, 'theirs');
    const before = eraser.invalidations.length;
    for (let number = 0; number < 12; number++) await redact(await recorded({}, `flood-${number}`));
    const reply = await world.post(developmentWith({}, { id: 'ours' }), { newsroom: 'dpa' });
    const asDpa = { newsroom: 'dpa', body };
    await world.call('POST', `/v1/events/${reply.body.id}/redaction`, asDpa);
    await world.sequence(reply.body.id, theirs);
    await world.project();
    await (await subscribersIn()).fanOut();
    const { eraseContent } = await import('../../../functions/lib/erase/erase-content.ts');
    const stepOf = async () =>
      (await world.call('GET', `/v1/events/${reply.body.id}/redaction`, { newsroom: 'dpa' })).body.removed.log;
    let turns = 0;
    fateOf = ({ command, input }) => {
      if (command === 'PutItemCommand' && input.Item?.step?.S === 'invalidate') turns += 1;
      return 'done';
    };
    await eraseContent({ now: Date.now, hasTime: () => turns < 2, invalidate: async () => {} });
    expect([turns, await stepOf()]).toEqual([2, true]);
    expect(eraser.invalidations.length).toBe(before);
  });
});

describe('The age of what is to be taken down', () => {
  /** The values of the metric in one run. */
  async function ages(): Promise<unknown[]> {
    const { Metrics } = await import('@aws-lambda-powertools/metrics');
    const add = jest.spyOn(Metrics.prototype, 'addMetric').mockImplementation(() => undefined as never);
    await eraser.erase();
    const calls: unknown[][] = add.mock.calls;
    add.mockRestore();
    return calls.filter(([name]) => name === 'RedactionAge').map(([, , age]) => age);
  }

  test('is that of the oldest redaction, and is not published while nothing is open', async () => {
    const ids = [await recorded(planted, 'one'), await recorded(planted, 'two')];
    expect(await ages()).toEqual([]);
    for (const id of ids) {
      await redact(id);
      eraser.pass(5 * minuteMs);
    }
    expect(await ages()).toEqual([10 * minuteMs]);
    await eraser.finish();
    expect(await ages()).toEqual([]);
  });

  test('is that of the move of a story too, which goes no further if its command was interrupted', async () => {
    const instant = new Date(Date.now()).toISOString();
    const move = {
      ...{ pk: 'MOVES', sk: `${instant}#a`, v: 1, id: 'a', to: 'harbour-trial', salt: '', hash: '' },
      ...{ ...body, newsroom: 'example', requestedAt: instant, step: 'rebuild', through: 0, since: instant },
    };
    await putItem('Redactions', move);
    eraser.pass(3 * 60 * minuteMs);
    expect(await ages()).toEqual([3 * 60 * minuteMs]);
    await putItem('Redactions', { ...move, step: 'done' });
    expect(await ages()).toEqual([]);
  });
});

describe('An open redaction that cannot be read', () => {
  test('fails each run, so that somebody hears of it, and stops no other', async () => {
    const id = await recorded(planted, 'zarathustra-2020');
    await redact(id);
    const newer = { pk: 'OPEN', sk: 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaa#000001', v: 1_000 };
    await putItem('Redactions', newer);
    const { UnreadableItem } = await import('../../../functions/lib/runtime/stored-item.ts');
    for (let minutes = 0; minutes < 60; minutes++) {
      await expect(eraser.run()).rejects.toThrow(UnreadableItem);
      eraser.pass(minuteMs);
    }
    expect(await progress(id)).toMatchObject({ done: true });
    expect(await itemsOf('Redactions', 'OPEN')).toEqual([newer]);
  });
});

describe('The invalidation of caches', () => {
  const dayMinutes = 24 * 60;

  test('happens at most once in ten minutes for what a newsroom redacts all day, but for twelve a day that do not wait', async () => {
    const { mayInvalidate, noInvalidations, paceAfter } = await import(
      '../../../functions/lib/redactions/invalidation-pace.ts'
    );
    const start = Date.parse('2026-11-22T00:00:00Z');
    let pace = noInvalidations;
    let count = 0;
    let waited = 0;
    let longest = 0;
    for (let minute = 0; minute < dayMinutes; minute++) {
      const now = start + minute * minuteMs;
      if (mayInvalidate(pace, ['afp'], now)) {
        pace = paceAfter(pace, ['afp', 'afp'], now);
        count += 1;
        waited = 0;
      } else waited += 1;
      longest = Math.max(longest, waited);
      // Another newsroom never waits for what this one does.
      expect(mayInvalidate(pace, ['dpa'], now)).toBe(true);
    }
    expect(count).toBeLessThanOrEqual(12 + dayMinutes / 10);
    expect(longest).toBeLessThan(10);
    expect(mayInvalidate(pace, [], start + 2 * dayMinutes * minuteMs)).toBe(false);
    expect(mayInvalidate(pace, ['afp'], start + dayMinutes * minuteMs)).toBe(true);
  });

  test('waits for others beyond these, and is shared by all that have come meanwhile', async () => {
    await putItem('Redactions', {
      ...{ pk: 'INVALIDATIONS', sk: 'PACE', v: 1 },
      at: new Date(Date.now()).toISOString(),
      date: new Date(Date.now()).toISOString().slice(0, 10),
      counts: { example: 12 },
    });
    const ids = [await recorded(planted, 'one'), await recorded(planted, 'two')];
    for (const id of ids) await redact(id);
    await eraser.run();
    expect(eraser.invalidations).toEqual([]);
    expect(await progress(ids[0] as string)).toMatchObject({ removed: { log: true, caches: false } });
    eraser.pass(10 * minuteMs);
    await eraser.run();
    expect(eraser.invalidations).toHaveLength(1);
    for (const id of ids) expect(await progress(id)).toMatchObject({ removed: { caches: true } });
  });
});
