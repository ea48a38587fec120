import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { hourMs, minuteMs } from '../../../events/dates/durations.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let eraser: Eraser;

beforeAll(async () => {
  world = await startWorld();
  eraser = await eraserIn(world);
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

const storedIn = async (table: 'Timelines' | 'EventLog') => JSON.stringify(await itemsOf(table)).toLowerCase();

test('A redaction is not done while the timelines that an interrupted rebuild has replaced still have its content', async () => {
  const { rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts');
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const actors = [{ name: 'Zarathustra', role: 'party' }];
  const { body } = await world.post(developmentWith({ headline: 'Zarathustra speaks', actors }, { id: 'speech' }));
  const killAtRemoval = interfere(dynamodb, ({ command }): Fate => {
    if (command === 'ScanCommand') throw new Error('Killed');
    return 'done';
  });
  await expect(rebuild({ graceMs: 0 })).rejects.toThrow('Killed');
  killAtRemoval();
  const redaction = `/v1/events/${body.id}/redaction`;
  await world.call('POST', redaction, { body: { reason: 'safety', note: 'Taken down to protect a person.' } });
  await world.sequence(body.id);
  for (let passed = 0; passed < 2 * hourMs; passed += minuteMs) {
    await eraser.run();
    eraser.pass(minuteMs);
  }
  const removed = { timelines: true, messages: true, log: true, caches: true };
  expect((await world.call('GET', redaction)).body).toMatchObject({ removed, done: false, doneAt: null });
  expect(await storedIn('EventLog')).not.toContain('zarathustra');
  expect(await storedIn('Timelines')).toContain('zarathustra');
  expect(await rebuild({ graceMs: 0 })).toMatchObject({ outcome: 'cleared' });
  await eraser.finish();
  expect((await world.call('GET', redaction)).body).toMatchObject({ done: true });
  expect(await storedIn('Timelines')).not.toContain('zarathustra');
});
