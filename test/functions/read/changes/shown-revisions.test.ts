import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { developmentWith } from '../../../events/samples.ts';
import { meterCapacity } from '../../../support/world/capacity.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const secret = /zarathustra/i;
const note = 'Withheld by order of a court.';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

/** An event that names Zarathustra, whose correction does so or not. */
async function corrected(id: string, data: object): Promise<string> {
  const actors = [{ name: 'Zarathustra', role: 'party' }];
  const event = (await world.post(developmentWith({ headline: 'Zarathustra speaks', actors }, { id }))).body
    .id as string;
  await world.call('POST', `/v1/events/${event}/corrections`, {
    headers: { 'if-match': '"0"' },
    body: { note: 'Zarathustra asked for it.', data },
  });
  await world.settle(event);
  return event;
}

const redact = async (id: string, more: object = {}) =>
  (await world.call('POST', `/v1/events/${id}/redaction`, { body: { reason: 'legal', note, ...more } })).status;

const readersOf = (id: string, moment: string) => [
  `/v1/events/${id}`,
  `/v1/events/${id}?revision=0`,
  `/v1/events/${id}?revision=1`,
  `/v1/events/${id}?asOf=${moment}`,
  `/v1/events/${id}/history`,
  `/v1/events/${id}/history?after=0`,
  '/v1/changes',
  '/v1/changes?story=karabakh-2020',
  `/events/${id}`,
];

async function historyOf(id: string) {
  return (await world.get(`/v1/events/${id}/history`)).body.revisions as readonly Record<string, unknown>[];
}

const changesOf = async (id: string, query = '') =>
  (await world.get(`/v1/changes${query}`)).body.changes.filter((change: { id: string }) => change.id === id);

describe('what a redaction takes down, from the moment when it is accepted', () => {
  test('is in no answer that is read from the log, before anything has run', async () => {
    const id = await corrected('whole', { headline: 'Zarathustra leaves' });
    const moment = String((await historyOf(id))[0]?.publishedAt);
    for (const target of readersOf(id, moment))
      expect([target, secret.test((await world.get(target)).text)]).toEqual([target, true]);
    expect(await redact(id)).toBe(202);
    for (const target of readersOf(id, moment))
      expect([target, secret.test((await world.get(target)).text)]).toEqual([target, false]);
    expect((await world.get(`/v1/events/${id}`)).body).toMatchObject({ status: 410, note, revision: 2 });
    expect(await historyOf(id)).toMatchObject([
      { revision: 0, kind: 'recorded', note: null, entry: null, changed: [], redactedBy: 2 },
      { revision: 1, kind: 'corrected', note: null, entry: null, changed: [], redactedBy: 2 },
    ]);
    expect(await changesOf(id)).toMatchObject([
      { change: 'recorded', type: 'event.redacted', note: null, entry: null },
      { change: 'corrected', type: 'event.redacted', note: null, entry: null },
    ]);
  });

  test('is found by no filter but those by story and newsroom, so that no filter confirms what it was', async () => {
    const id = await corrected('filtered', { headline: 'Zarathustra goes' });
    expect(await changesOf(id, '?actor=zarathustra')).toHaveLength(2);
    await redact(id);
    expect(await changesOf(id, '?actor=zarathustra')).toEqual([]);
    expect(await changesOf(id, '?story=karabakh-2020&newsroom=example')).toHaveLength(2);
  });

  test('leaves the revisions that are not taken down', async () => {
    const id = await corrected('some', { headline: 'A speech', actors: null });
    expect(await redact(id, { revisions: [0] })).toBe(202);
    expect(await historyOf(id)).toMatchObject([
      { revision: 0, entry: null, redactedBy: 2 },
      { revision: 1, note: 'Zarathustra asked for it.', changed: [], entry: { data: { headline: 'A speech' } } },
    ]);
    expect((await world.get(`/v1/events/${id}?revision=0`)).status).toBe(410);
    expect((await world.get(`/v1/events/${id}`)).body).toMatchObject({ data: { headline: 'A speech' }, revision: 1 });
  });

  test('makes no page of changes immutable until it is done', async () => {
    const id = await corrected('page', { headline: 'Zarathustra sleeps' });
    const [first] = await changesOf(id);
    const target = `/v1/changes?after=${first.position - 1}&limit=1`;
    const before = (await world.get(target)).headers['cache-control'];
    await redact(id);
    expect([before, (await world.get(target)).headers['cache-control']]).toEqual([
      expect.stringContaining('immutable'),
      expect.not.stringContaining('immutable'),
    ]);
  });
});

test('To know that nothing is being taken down costs one read unit, and for the latest revision nothing', async () => {
  const id = (await world.post(developmentWith({}, { id: 'costs' }))).body.id as string;
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const { take } = meterCapacity(dynamodb);
  const units = async (target: string) => {
    take();
    await world.get(target);
    return take().read;
  };
  const { position } = (await world.get(`/v1/events/${id}/history`)).body.revisions[0];
  expect({
    latest: await units(`/v1/events/${id}`),
    revision: await units(`/v1/events/${id}?revision=0`),
    history: await units(`/v1/events/${id}/history`),
    changes: await units(`/v1/changes?after=${position - 1}&limit=1`),
  }).toEqual({ latest: 1, revision: 3, history: 3, changes: 2 });
});
