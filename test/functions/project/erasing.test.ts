import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import type { PublishedRevision } from '../../../events/revision.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem, putItems } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let queue: ParkedQueue;
let meter: { take(): Capacity };
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let rebuild: typeof import('../../../functions/lib/rebuild/rebuild.ts').rebuild;
let redactions: Redactions;
let erasing: typeof import('../../../functions/lib/timelines/erasing-tasks.ts');

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  meter = meterCapacity(dynamodb);
  ({ rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts'));
  redactions = await redactionsIn(world);
  erasing = await import('../../../functions/lib/timelines/erasing-tasks.ts');
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

/** What names the witness, in any field, and in keys. */
const secret = /jane|roe|secret-place|Q424242|2021-03|client-id/i;

const jane = { name: 'Jane Roe' };
const secretPlace = { name: 'Secret Place' };

const event = (id: string, data: object = {}) => developmentWith({ headline: `Event ${id}`, ...data }, { id });

async function posted(id: string, data: object = {}): Promise<string> {
  const { body } = await world.post(event(id, data));
  return body.id;
}

async function changed(id: string, path: string, revision: number, body: object): Promise<void> {
  const reply = await world.call('POST', `/v1/events/${id}/${path}`, {
    headers: { 'if-match': `"${revision}"` },
    body,
  });
  expect(reply.status).toBe(201);
  await world.settle(id);
}

const corrected = (id: string, revision: number, data: object, note = 'A slip') =>
  changed(id, 'corrections', revision, { note, data });

/** An event about a witness, which was corrected twice: the witness was elsewhere, and on another day. */
async function witness(): Promise<string> {
  const id = await posted('client-id-of-jane-roe', {
    headline: 'Jane Roe speaks',
    actors: [jane],
    places: [secretPlace],
    when: { edtf: '2021-03-04/2021-12' },
    topics: ['medtop:20000056'],
  });
  await corrected(id, 0, { headline: 'Jane Roe spoke', when: { edtf: '2021-03-05' } }, 'Jane Roe spoke a day later.');
  await corrected(id, 1, { actors: [{ name: 'Jane Roe', qid: 'Q424242' }], stories: ['minsk-group'] });
  return id;
}

/** Lets the quarter of an hour pass after which content is looked for again. */
async function passTime(): Promise<void> {
  for (const item of await itemsOf('Timelines')) {
    if (/#ERASING$/.test(String(item.pk)) && item.againAt) {
      await putItem('Timelines', { ...item, againAt: new Date(Date.now() - 1).toISOString() });
    }
  }
}

/** What of the timelines matches, keys included. */
const found = async (text: RegExp) =>
  (await itemsOf('Timelines')).filter((item) => text.test(JSON.stringify(item))).map(({ pk, sk }) => `${pk} ${sk}`);

/** Everything but tombstones, and the part of heads that only says where reads must search. */
async function visible(generation = '1') {
  const items = await itemsOf('Timelines', `${generation}#`);
  return items
    .filter(
      ({ pk, e, l }) =>
        !/^\d+#(ERASING|PARKED)/.test(String(pk)) && (/HEADS/.test(String(pk)) || e !== undefined || l !== undefined),
    )
    .map(({ pk, sk, dayOffsets: _, classes: __, ...item }) => ({ pk: String(pk).replace(/^\d+#/, ''), sk, ...item }))
    .sort((one, other) => (`${one.pk} ${one.sk}` < `${other.pk} ${other.sk}` ? -1 : 1));
}

/** Publishes a redaction, without projecting it. */
async function takeDown(id: string, revisions?: readonly number[]): Promise<PublishedRevision> {
  await redactions.redact(id, { note: 'By order of the court.', ...(revisions && { revisions }) });
  return (await redactions.publishedOf(id)).at(-1) as PublishedRevision;
}

/** Carries a redaction out to its end: in a generation of the timelines, then in the log, then again. */
async function carriedOutIn(generation: string, id: string, redaction: PublishedRevision): Promise<void> {
  await world.project();
  expect(await erasing.isErased(generation, id, redaction.position)).toBe(true);
  await redactions.blank(id);
  await passTime();
  await world.project();
  expect(await erasing.isForgotten(generation, id, redaction.position)).toBe(true);
}

const carriedOut = (id: string, redaction: PublishedRevision) => carriedOutIn('1', id, redaction);

/** Rebuilds the timelines from the log without content, and expects that readers see the same. */
async function expectRebuilt(): Promise<void> {
  const before = await visible();
  const { outcome, differences } = await rebuild({ graceMs: 0 });
  expect({ outcome, examples: differences?.examples }).toEqual({ outcome: 'switched', examples: [] });
  expect(await visible('2')).toEqual(before);
}

describe('an event that is taken down whole', () => {
  test('leaves nothing in the timelines, keys included', async () => {
    const id = await witness();
    await posted('another');
    expect((await found(secret)).length).toBeGreaterThan(30);
    const redaction = await takeDown(id);
    await world.project();
    const left = (await found(secret)).filter((key) => !/#ERASING/.test(key));
    const tombstones = (await itemsOf('Timelines')).filter(
      ({ e, l, pk }) => e === undefined && l === undefined && !/HEADS|ERASING|META/.test(String(pk)),
    );
    expect(left.sort()).toEqual(
      tombstones
        .map(({ pk, sk }) => `${pk} ${sk}`)
        .filter((key) => secret.test(key))
        .sort(),
    );
    await carriedOut(id, redaction);
    expect(await found(secret)).toEqual([]);
    expect((await itemsOf('Timelines')).filter(({ pk }) => String(pk).includes('ERASING'))).toEqual([]);
    await expectRebuilt();
  });

  test('leaves the timelines of other events as if it had never been there', async () => {
    await posted('before', { actors: [jane, { name: 'John' }] });
    const read = async () => (await world.get('/v1/timeline?actor=jane-roe')).text;
    const before = await read();
    const id = await witness();
    const redaction = await takeDown(id);
    await carriedOut(id, redaction);
    expect(await read()).toBe(before);
    await expectRebuilt();
  });
});

describe('an event of which some revisions are taken down', () => {
  test('shows what stays, and nothing else at any instant', async () => {
    const id = await witness();
    const other = await posted('other');
    await corrected(id, 2, { headline: 'A witness spoke', actors: [], places: [], when: { edtf: '2020-12-03' } });
    await world.call('POST', '/v1/stories/minsk-group/unlistings', { body: { event: id, note: 'Elsewhere.' } });
    await world.settle(id);
    const redaction = await takeDown(id, [0, 1, 2]);
    await carriedOut(id, redaction);
    expect(await found(secret)).toEqual([]);
    await expectRebuilt();
    await corrected(id, redaction.revision, { headline: 'A witness spoke again', actors: [jane] });
    const whole = await takeDown(id);
    await carriedOutIn('2', id, whole);
    expect(await found(secret)).toEqual([]);
    expect(await found(/witness/i)).toEqual([]);
    expect((await world.get(`/v1/events/${other}`)).status).toBe(200);
  });

  test('leaves the timelines of those whom only it named, or only it left out, as if it had never been there', async () => {
    const lachin = { places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }] };
    const other = await posted('other', { actors: [jane] });
    const id = await posted('of-three', { ...lachin, actors: [] });
    await corrected(id, 0, { places: [], actors: [jane] });
    await corrected(id, 1, { actors: [] });
    const redaction = await takeDown(id, [1]);
    await carriedOut(id, redaction);
    const positionOf = async (event: string, revision: number) =>
      (await redactions.publishedOf(event)).find((one) => one.revision === revision)?.position;
    const heads = (await itemsOf('Timelines', '1#HEADS')).map(({ sk, position }) => [sk, position]);
    expect(heads).toContainEqual(['A#jane-roe', await positionOf(other, 0)]);
    expect(heads).toContainEqual(['P#AZ-LAC', await positionOf(id, 0)]);
    await expectRebuilt();
  });

  test('stays in a timeline that it has come back to before its traces are removed, however long its text', async () => {
    const inStory = async () => (await world.get('/v1/timeline?story=minsk-group')).body.entries;
    const long = { summary: 'A witness spoke of the truce. '.repeat(50) };
    const id = await posted('a', { headline: 'Jane Roe speaks', stories: ['minsk-group'], ...long });
    await corrected(id, 0, { headline: 'A witness speaks', stories: [] });
    const redaction = await takeDown(id, [0]);
    await world.project();
    await corrected(id, redaction.revision, { stories: ['minsk-group'] });
    await carriedOut(id, redaction);
    expect(await inStory()).toEqual([expect.objectContaining({ id, revision: 3 })]);
    await expectRebuilt();
  });

  test('keeps past cards of what stays, without a correction that was taken down', async () => {
    const id = await posted('a', { headline: 'Jane Roe speaks', actors: [jane], stories: ['minsk-group'] });
    await corrected(id, 0, { headline: 'A witness speaks', actors: [] }, 'Jane Roe must not be named.');
    await corrected(id, 1, { headline: 'A witness has spoken' }, 'It was Jane Roe.');
    await world.call('POST', '/v1/stories/minsk-group/unlistings', { body: { event: id, note: 'Elsewhere.' } });
    await world.settle(id);
    const unlisted = (await redactions.publishedOf(id)).at(-1) as PublishedRevision;
    const redaction = await takeDown(id, [0, 2]);
    await world.project();
    const asOf = async () => (await world.get(`/v1/timeline?asOf=${unlisted.publishedAt}`)).body.entries;
    expect(await asOf()).toEqual([expect.objectContaining({ id, revision: 3 })]);
    expect((await asOf())[0].correction).toBeUndefined();
    await carriedOut(id, redaction);
    expect((await asOf())[0].correction).toBeUndefined();
    await expectRebuilt();
  });
});

describe('the removal of one of many revisions', () => {
  /** The read units for each revision of an event that was corrected so often. */
  async function readsPerRevision(corrections: number): Promise<number> {
    const id = await posted(`corrected-${corrections}`, { summary: 'Long. '.repeat(600) });
    for (let revision = 0; revision < corrections; revision++) {
      const { status } = await world.call('POST', `/v1/events/${id}/corrections`, {
        headers: { 'if-match': `"${revision}"` },
        body: { note: 'A slip', data: { headline: `Revision ${revision + 1}` } },
      });
      expect(status).toBe(201);
    }
    await world.settle(id);
    await redactions.redact(id, { revisions: [0] });
    meter.take();
    await world.project();
    return meter.take().read / corrections;
  }

  test('reads each of them once, however many there are', async () => {
    const few = await readsPerRevision(60);
    expect(await readsPerRevision(180)).toBeLessThanOrEqual(few * 1.05);
  });
});

describe('an event of which all is taken down after some revisions were', () => {
  test('is not put back by what is still done for the first redaction', async () => {
    const id = await posted('a', { headline: 'Jane Roe speaks', actors: [jane], stories: ['minsk-group'] });
    await corrected(id, 0, { headline: 'Secret Place is where she spoke' }, 'It was at Secret Place.');
    await world.call('POST', '/v1/stories/minsk-group/unlistings', { body: { event: id, note: 'Elsewhere.' } });
    await world.settle(id);
    await takeDown(id, [1]);
    await world.project();
    const whole = await takeDown(id);
    await world.project();
    const content = async () => (await found(/secret place|speaks/i)).filter((key) => !/#ERASING/.test(key));
    expect(await content()).toEqual([]);
    const [first] = (await itemsOf('Timelines')).filter(({ againAt }) => againAt);
    await putItem('Timelines', { ...first, againAt: new Date(0).toISOString() });
    await world.project();
    expect(await content()).toEqual([]);
    await carriedOut(id, whole);
    expect(await found(secret)).toEqual([]);
    await expectRebuilt();
  });
});

describe('events that name the same person', () => {
  test('leave no timeline of that person once all of them are taken down, in any order', async () => {
    const ids = [
      await witness(),
      await posted('client-id-2', { actors: [jane] }),
      await posted('client-id-3', { actors: [jane] }),
    ];
    await changed(ids[2] as string, 'retraction', 0, { note: 'Jane Roe did not speak.' });
    for (const id of ids) await takeDown(id);
    await world.project();
    for (const id of ids) await redactions.blank(id);
    expect((await itemsOf('Timelines')).filter(({ sk }) => sk === 'A#jane-roe')).toEqual([]);
    await passTime();
    await world.project();
    expect(await found(secret)).toEqual([]);
    await expectRebuilt();
  });
});

describe('the description of a story', () => {
  test('is gone at every instant once it is taken down, and may be written anew', async () => {
    const story = eventIdOf('/stories', 'karabakh-2020');
    const describe = async (title: string, revision?: number) => {
      const headers = revision === undefined ? {} : { 'if-match': `"${revision}"` };
      const reply = await world.call('PUT', '/v1/stories/karabakh-2020', { headers, body: { title } });
      expect(reply.status).toBeLessThan(300);
      await world.settle(story);
    };
    await posted('a');
    await describe('Jane Roe and the truce');
    await describe('The truce of Jane Roe', 0);
    const redaction = await takeDown(story);
    await carriedOut(story, redaction);
    expect(await found(secret)).toEqual([]);
    const { body } = await world.get('/v1/corrections');
    expect(body.corrections).toEqual([
      expect.objectContaining({
        id: story,
        change: 'redacted',
        type: 'story.described',
        note: 'By order of the court.',
      }),
    ]);
    await expectRebuilt();
    await describe('The truce');
    expect((await world.get('/v1/stories/karabakh-2020')).body.title).toBe('The truce');
    await describe('The truce of 2020', 3);
    const partial = await takeDown(story, [3]);
    await carriedOutIn('2', story, partial);
    expect((await world.get('/v1/stories/karabakh-2020')).body.title).toBe('The truce of 2020');
    await describe('The truce of November', partial.revision);
  });
});

describe('a redaction that is taken down itself', () => {
  test('loses its note, and the event stays taken down', async () => {
    const id = await posted('client-id', { headline: 'Jane Roe speaks', actors: [jane] });
    await redactions.redact(id, { note: 'At the request of Jane Roe.' });
    const first = (await redactions.publishedOf(id)).at(-1) as PublishedRevision;
    await carriedOut(id, first);
    expect((await found(secret)).length).toBeGreaterThan(0);
    await carriedOut(id, await takeDown(id));
    expect(await found(secret)).toEqual([]);
    expect((await world.get('/v1/corrections')).body.corrections.map(({ note }: { note: string }) => note)).toEqual([
      'By order of the court.',
      null,
    ]);
    await expectRebuilt();
  });
});

describe('an event with a parked entry', () => {
  const feedItem = async (position: number) =>
    (await itemsOf('EventLog', 'F')).find((item) => item.position === position) as Record<string, unknown>;
  const revisionItem = async (id: string, revision: number) =>
    (await itemsOf('EventLog', `E#${id}`)).find(({ sk }) => sk === `R#00000${revision}`) as Record<string, unknown>;

  test('is taken down whole, although a correction of it cannot be read', async () => {
    const id = await posted('client-id', { headline: 'Jane Roe speaks', actors: [jane], places: [secretPlace] });
    await world.call('POST', `/v1/events/${id}/corrections`, {
      headers: { 'if-match': '"0"' },
      body: { note: 'Jane Roe spoke later.', data: { when: { edtf: '2021-03-05' } } },
    });
    await world.sequence(id);
    const whole = await revisionItem(id, 1);
    await putItem('EventLog', { ...whole, event: '[' });
    await world.project();
    expect((await feedItem(2)).eventId).toBe(id);
    await putItem('EventLog', whole);
    const redaction = await takeDown(id);
    await putItem('EventLog', { ...whole, event: '[' });
    await world.project();
    expect(await erasing.isErased('1', id, redaction.position)).toBe(true);
    expect((await itemsOf('Timelines', 'META'))[0]).toMatchObject({ position: 3, parked: 0 });
    expect((await itemsOf('Timelines')).filter(({ pk }) => String(pk).includes('PARKED'))).toEqual([]);
    await putItem('EventLog', whole);
    await redactions.blank(id);
    await passTime();
    await world.project();
    expect(await found(secret)).toEqual([]);
    await expectRebuilt();
  });

  /** Corrects an event without projecting it. */
  async function correctedUnprojected(id: string, revision: number, data: object): Promise<void> {
    const headers = { 'if-match': `"${revision}"` };
    const reply = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body: { note: 'A slip', data } });
    expect([reply.status, reply.text]).toEqual([201, reply.text]);
    await world.sequence(id);
  }

  test('is shown as it stays once some revisions are taken down, with what was parked behind them', async () => {
    const id = await posted('client-of-nobody', { headline: 'Jane Roe speaks', actors: [jane], places: [secretPlace] });
    const sources = [{ url: 'https://example.org/', publisher: 'AFP' }];
    await correctedUnprojected(id, 0, { headline: 'Jane Roe spoke' });
    const whole = await revisionItem(id, 1);
    await putItem('EventLog', { ...whole, event: '[' });
    await world.project();
    await putItem('EventLog', whole);
    await correctedUnprojected(id, 1, { headline: 'A speech', actors: null, places: null, sources });
    await world.project();
    expect((await itemsOf('Timelines', 'META'))[0]).toMatchObject({ parked: 2 });
    const { position } = await takeDown(id, [0, 1]);
    await world.project();
    expect(await erasing.isErased('1', id, position)).toBe(true);
    const [entry] = (await world.get('/v1/timeline')).body.entries;
    expect(entry).toMatchObject({ id, revision: 3, data: { headline: 'A speech' } });
    expect((await itemsOf('Timelines')).filter(({ pk }) => String(pk).includes('PARKED'))).toEqual([]);
    await redactions.blank(id);
    await passTime();
    await world.project();
    expect(await found(/jane|roe|secret-place/i)).toEqual([]);
    await expectRebuilt();
  });

  test('fits into one transaction, however many timelines its parked revisions change', async () => {
    const actorsOf = (revision: number) =>
      Array.from({ length: 16 }, (_, number) => ({ name: `Actor ${revision} ${number}` }));
    const id = await posted('wide', { actors: [jane] });
    await correctedUnprojected(id, 0, { actors: actorsOf(1) });
    const whole = await revisionItem(id, 1);
    await putItem('EventLog', { ...whole, event: '[' });
    await world.project();
    await putItem('EventLog', whole);
    for (const revision of [1, 2, 3, 4]) await correctedUnprojected(id, revision, { actors: actorsOf(revision + 1) });
    await world.project();
    const writes: number[] = [];
    fateOf = ({ command, input }) => {
      if (command === 'TransactWriteItemsCommand') writes.push(input.TransactItems.length);
      return 'done';
    };
    const { position } = await takeDown(id, [0]);
    await world.project();
    expect(Math.max(...writes)).toBeGreaterThan(80);
    expect(Math.max(...writes)).toBeLessThanOrEqual(100);
    expect(await erasing.isErased('1', id, position)).toBe(true);
    expect((await world.get('/v1/timeline?actor=actor-5-15')).body.entries).toHaveLength(1);
    await redactions.blank(id);
    await passTime();
    await world.project();
    await expectRebuilt();
  });
});

describe('the removal of an event with very many revisions', () => {
  test('holds up no other: one that has come less far has its turn first', async () => {
    const long = await posted('long');
    for (let revision = 0; revision < 60; revision++)
      await corrected(long, revision, { headline: `Revision ${revision}` });
    const short = await posted('short');
    await redactions.redact(long);
    const { follow } = await import('../../../functions/lib/event-log/follower.ts');
    const { projector } = await import('../../../functions/lib/project/projector.ts');
    const follower = projector(async () => {});
    await redactions.redact(short);
    const order: string[] = [];
    fateOf = ({ command, input }) => {
      const { pk, sk } = input.Item ?? {};
      if (command === 'PutItemCommand' && pk?.S === '1#ERASING') order.push(sk.S);
      return 'done';
    };
    await follow(follower, () => Number.POSITIVE_INFINITY);
    const [first, second] = [63, 64].map((position) => `OPEN#${String(position).padStart(12, '0')}`);
    expect(order.slice(0, 3)).toEqual([first, second, first]);
  });
});

describe('the removal of very many events of one newsroom', () => {
  test('does not keep an event of another newsroom from being removed within moments', async () => {
    const batch = Array.from({ length: 110 }, (_, index) => event(`many-${index}`));
    const headers = { 'content-type': 'application/cloudevents-batch+json' };
    const ids: string[] = [];
    for (const some of [batch.slice(0, 100), batch.slice(100)]) {
      const { body } = await world.call('POST', '/v1/events', { headers, body: some });
      ids.push(...body.results.map(({ id }: { id: string }) => id));
    }
    const other = (await world.post(event('other'), { newsroom: 'dpa' })).body.id;
    await world.settle(...ids);
    for (const id of ids) await redactions.redact(id);
    const { position } = await takeDown(other);
    const { follow } = await import('../../../functions/lib/event-log/follower.ts');
    const { projector } = await import('../../../functions/lib/project/projector.ts');
    let steps = 0;
    // By chance, half of the steps are those of either newsroom. An event takes three.
    const follower = projector(async () => {});
    const atEnd = async () => ++steps <= 60 && (await follower.atEnd?.()) === true;
    await follow({ ...follower, atEnd }, () => Number.POSITIVE_INFINITY);
    expect(await erasing.isErased('1', other, position)).toBe(true);
    expect(
      (await itemsOf('Timelines', '1#ERASING')).filter(({ sk }) => String(sk).startsWith('OPEN')).length,
    ).toBeGreaterThan(80);
  });
});

describe('a rebuild', () => {
  test('that began before an event was taken down removes it from its own generation', async () => {
    const id = await witness();
    const { beginRebuild } = await import('../../../functions/lib/timelines/generations.ts');
    await beginRebuild(null);
    const redaction = await takeDown(id);
    await world.project();
    expect(await erasing.isErased('1', id, redaction.position)).toBe(true);
    expect(await erasing.isErased('2', id, redaction.position)).toBe(false);
    const { differences } = await rebuild({ graceMs: 0 });
    expect(differences?.examples).toEqual([]);
    expect(await erasing.isErased('2', id, redaction.position)).toBe(true);
    await redactions.blank(id);
    await passTime();
    await world.project();
    expect(await found(secret)).toEqual([]);
  });

  test('does not begin while content is taken out of the log', async () => {
    const { takeBlankingLease, releaseBlankingLease } = await import(
      '../../../functions/lib/timelines/blanking-lease.ts'
    );
    const { beginRebuild } = await import('../../../functions/lib/timelines/generations.ts');
    await posted('a');
    const soon = () => new Date(Date.now() + 60_000).toISOString();
    expect(await takeBlankingLease('one', soon())).toBe(true);
    expect(await takeBlankingLease('another', soon())).toBe(false);
    expect(await takeBlankingLease('one', soon())).toBe(true);
    await expect(beginRebuild(null)).rejects.toThrow('Transaction');
    await releaseBlankingLease('another');
    await expect(beginRebuild(null)).rejects.toThrow('Transaction');
    await releaseBlankingLease('one');
    expect((await beginRebuild(null)).generation).toBe('2');
  });
});

describe('what late writers put back', () => {
  test('is gone when it is looked for again', async () => {
    const id = await witness();
    const before = (await itemsOf('Timelines')).filter(({ pk }) => /^1#([HYCN]#)/.test(String(pk)));
    const redaction = await takeDown(id);
    await world.project();
    await redactions.blank(id);
    await putItems('Timelines', before);
    expect((await found(secret)).length).toBeGreaterThan(20);
    await passTime();
    await world.project();
    expect(await found(secret)).toEqual([]);
    expect(await erasing.isForgotten('1', id, redaction.position)).toBe(true);
    await expectRebuilt();
  });
});
