import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import type { HeldEvent } from '../../../events/held-event.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { moveStory } from '../../../functions/lib/move/move.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { itemsOf, tables } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const from = 'zarathustra-affair';
const to = 'harbour-trial';
const newsroom = 'example';

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

const idOf = (id: string) => eventIdOf('/newsrooms/example', id);

test('A publication that was interrupted before a story moved goes on under the new slug, and nothing keeps the old one', async () => {
  const { changeHeld } = await import('../../../functions/lib/embargo/change-held.ts');
  const { publishHeld } = await import('../../../functions/lib/embargo/publish-held.ts');
  const { recordEvent } = await import('../../../functions/lib/append/record-event.ts');
  const { readHeld } = await import('../../../functions/lib/held-events/held-events.ts');
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  await world.post(developmentWith({}, { id: 'first', subject: from }));
  const publishAt = new Date(Date.now() + minuteMs).toISOString();
  const ids = ['recorded', 'not-recorded'].map(idOf);
  for (const id of ['recorded', 'not-recorded']) {
    const body = developmentWith({}, { id, subject: from });
    expect((await world.call('POST', `/v1/events?publishAt=${publishAt}`, { body })).status).toBe(202);
  }
  eraser.pass(2 * minuteMs);
  const begun: HeldEvent[] = [];
  for (const eventId of ids) {
    const { after } = await changeHeld({ newsroom, eventId, command: { kind: 'publish' }, now: Date.now() });
    begun.push(after as HeldEvent);
  }
  const [recorded] = begun as [HeldEvent];
  await recordEvent(recorded.event, null, { caller: { newsroom, stories: [] }, now: Date.now(), requestId: 'r' });
  await world.settle(recorded.eventId);

  const move = { from, to, note: 'By order of a court.', reason: 'legal', confirmNote: false } as const;
  await moveStory(move, {
    access: { client: dynamodb, name: tables.ACCESS_TABLE },
    async carryOn() {
      await eraser.run();
      eraser.pass(minuteMs);
    },
    onProgress: () => {},
    graceMs: 0,
  });
  const outcomes: string[] = [];
  for (const eventId of ids) {
    const held = (await readHeld(newsroom, eventId)) as HeldEvent;
    expect(held.event.subject).toBe(to);
    outcomes.push((await publishHeld(held, null, { now: Date.now(), requestId: 'r' })).outcome);
  }
  expect(outcomes).toEqual(['replayed', 'created']);
  await world.settle(...ids);
  const stories: { story: string; entries: number }[] = (await world.get('/v1/stories')).body.stories;
  expect(stories.map(({ story, entries }) => [story, entries])).toEqual([[to, 3]]);
  const everything = (await Promise.all(Object.values(tables).map((table) => itemsOf(table)))).flat();
  expect(everything.map((item) => JSON.stringify(item)).filter((item) => item.includes(from))).toEqual([]);
});
