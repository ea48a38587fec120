import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublishedRevision } from '../../../events/revision.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItem, putItems } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let redactions: Redactions;
let erasing: typeof import('../../../functions/lib/timelines/erasing-tasks.ts');

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  redactions = await redactionsIn(world);
  erasing = await import('../../../functions/lib/timelines/erasing-tasks.ts');
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines')]);
});
afterAll(() => world.stop());

const jane = { name: 'Jane Roe' };

async function posted(id: string, data: object): Promise<string> {
  const { body } = await world.post(developmentWith({ headline: `Event ${id}`, ...data }, { id }));
  return body.id;
}

async function corrected(id: string, data: object, note: string): Promise<void> {
  const headers = { 'if-match': '"0"' };
  const reply = await world.call('POST', `/v1/events/${id}/corrections`, { headers, body: { note, data } });
  expect(reply.status).toBe(201);
  await world.settle(id);
}

/** Publishes a redaction, without projecting it. */
async function takeDown(id: string): Promise<PublishedRevision> {
  await redactions.redact(id, { note: 'By order of the court.' });
  return (await redactions.publishedOf(id)).at(-1) as PublishedRevision;
}

/** Lets the quarter of an hour pass after which content is looked for again. */
async function passTime(): Promise<void> {
  for (const item of await itemsOf('Timelines', '1#ERASING')) {
    if (item.againAt) await putItem('Timelines', { ...item, againAt: new Date(Date.now() - 1).toISOString() });
  }
}

/** Which items of the timelines match, keys included. */
const found = async (text: RegExp) =>
  (await itemsOf('Timelines')).filter((item) => text.test(JSON.stringify(item))).map(({ pk, sk }) => `${pk} ${sk}`);

/** Everything in the timelines, but for when it was written. */
async function all() {
  const items = await itemsOf('Timelines');
  return items
    .map(({ advancedAt: _, againAt: __, repairs: ___, ...item }) => item)
    .sort((one, other) => (`${one.pk} ${one.sk}` < `${other.pk} ${other.sk}` ? -1 : 1));
}

async function restore(items: readonly object[]): Promise<void> {
  await emptyTable('Timelines');
  await putItems('Timelines', items);
}

/** Kills the projector before its call of this number. @returns whether it had so many */
async function projectKilledBefore(call: number): Promise<boolean> {
  // The handler would keep a timer.
  const { follow } = await import('../../../functions/lib/event-log/follower.ts');
  const { projector } = await import('../../../functions/lib/project/projector.ts');
  const { promise: killed, resolve: kill } = Promise.withResolvers<true>();
  let calls = 0;
  fateOf = async () => {
    calls += 1;
    if (calls < call) return 'done';
    kill(true);
    return new Promise<Fate>(() => {});
  };
  const isKilled = await Promise.race([
    killed,
    follow(
      projector(async () => {}),
      () => 60_000,
    ).then(() => false),
  ]);
  fateOf = () => 'done';
  return isKilled;
}

describe('a projector that is killed', () => {
  test('while it removes content, or looks for it again, leaves the same timelines once it has run again', async () => {
    await posted('other', { actors: [jane] });
    const id = await posted('client-id', { headline: 'Jane Roe speaks', actors: [jane] });
    await corrected(id, { when: { edtf: '2021-03-05' }, actors: [] }, 'Jane Roe was not there.');
    const redaction = await takeDown(id);
    const before = await itemsOf('Timelines');
    await world.project();
    const erased = await itemsOf('Timelines');
    const expectedErased = await all();
    for (let call = 1; ; call++) {
      await restore(before);
      if (!(await projectKilledBefore(call))) break;
      await world.project();
      expect(await all()).toEqual(expectedErased);
    }
    await redactions.blank(id);
    await restore(erased);
    await passTime();
    const due = await itemsOf('Timelines');
    await world.project();
    const expected = await all();
    expect(await found(/client-id|2021-03|was not there/i)).toEqual([]);
    for (let call = 1; ; call++) {
      await restore(due);
      if (!(await projectKilledBefore(call))) break;
      await world.project();
      expect(await all()).toEqual(expected);
    }
    expect(await erasing.isForgotten('1', id, redaction.position)).toBe(true);
  });
});

const late = new AsyncLocalStorage<true>();

/**
 * Lets a projector wait before its call of this number, until another one has done everything.
 *
 * @returns whether it had so many
 */
async function projectLateBefore(call: number): Promise<boolean> {
  const { promise: reached, resolve: reach } = Promise.withResolvers<true>();
  const { promise: isOver, resolve: goOn } = Promise.withResolvers<void>();
  let calls = 0;
  fateOf = async (): Promise<Fate> => {
    if (!late.getStore()) return 'done';
    calls += 1;
    if (calls === call) {
      reach(true);
      await isOver;
    }
    return 'done';
  };
  const run = late.run(true, () => world.project().catch(() => {}));
  const isLate = await Promise.race([reached, run.then(() => false)]);
  if (isLate) await world.project();
  goOn();
  await run;
  fateOf = () => 'done';
  return isLate;
}

describe('a projector that goes on after another one has done its work', () => {
  const counted = async () => (await itemsOf('Timelines', 'META')).find(({ sk }) => sk === 'PROJECT')?.erasing;

  test('leaves no redaction open, and none counted', async () => {
    const ids = [await posted('client-id-1', { actors: [jane] }), await posted('client-id-2', { actors: [jane] })];
    for (const id of ids) await takeDown(id);
    await world.project();
    for (const id of ids) await redactions.blank(id);
    await passTime();
    const due = await itemsOf('Timelines');
    expect(await counted()).toBe(2);
    await world.project();
    const expected = await all();
    expect(await counted()).toBeUndefined();
    for (let call = 1; ; call++) {
      await restore(due);
      if (!(await projectLateBefore(call))) break;
      await world.project();
      expect(await all()).toEqual(expected);
    }
  });
});
