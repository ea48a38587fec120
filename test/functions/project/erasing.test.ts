import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublishedRevision } from '../../../events/revision.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let rebuild: typeof import('../../../functions/lib/rebuild/rebuild.ts').rebuild;
let redactions: Redactions;
let erasing: typeof import('../../../functions/lib/timelines/erasing.ts');

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts'));
  redactions = await redactionsIn(world);
  erasing = await import('../../../functions/lib/timelines/erasing.ts');
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(() => world.stop());

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

/** Carries a redaction out to its end: in the timelines, then in the log, then again. */
async function carriedOut(id: string, redaction: PublishedRevision): Promise<void> {
  await world.project();
  expect(await erasing.isErased('1', id, redaction.position)).toBe(true);
  await redactions.blank(id);
  await passTime();
  await world.project();
  expect(await erasing.isForgotten('1', id, redaction.position)).toBe(true);
}

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
