import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { developmentWith } from '../../events/samples.ts';
import { subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf, putItems } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** A name in every part of an event that can hold one. */
const planted = {
  headline: 'Zarathustra speaks in Lachin',
  summary: 'Zarathustra spoke.',
  actors: [{ name: 'Zarathustra', role: 'party' }],
  places: [{ name: 'Zarathustra Square' }],
  topics: ['medtop:20000056'],
  sources: [{ url: 'https://example.org/zarathustra', publisher: 'Zarathustra' }],
};
const tables = ['EventLog', 'Timelines', 'Redactions'] as const;

let world: World;
let eraser: Eraser;
let fateOf: (asked: Asked) => Fate;

beforeAll(async () => {
  world = await startWorld();
  eraser = await eraserIn(world);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
});
beforeEach(async () => {
  fateOf = () => 'done';
  for (const table of [...tables, 'Subscribers'] as const) await emptyTable(table);
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});

/** Posts a change of an event, and projects it. */
async function change(path: string, sent: { body: object; headers?: Record<string, string> }): Promise<void> {
  const reply = await world.call('POST', path, sent);
  if (reply.status >= 300) throw new Error(reply.text);
  await world.settle(reply.body.id);
}

/** The end of all calls up to one, with the fate of that one. */
function dieAt(call: number, fate: Fate): { calls: number } {
  const counted = { calls: 0 };
  fateOf = () => {
    counted.calls += 1;
    if (counted.calls <= call) return 'done';
    return counted.calls === call + 1 ? fate : 'never sent';
  };
  return counted;
}

test.each(['never sent', 'answer lost'] as const)(
  'An interruption at any call, which was %s, changes nothing in what is left at the end',
  async (fate) => {
    const { body } = await world.post(developmentWith(planted, { id: `killed-${fate}` }));
    const path = `/v1/events/${body.id}`;
    const correction = { note: 'Another wording.', data: { headline: 'Zarathustra leaves' } };
    await change(`${path}/corrections`, { headers: { 'if-match': '"0"' }, body: correction });
    await change(`${path}/redaction`, { body: { reason: 'legal', note: 'Withheld by order of a court.' } });
    const before = await Promise.all(tables.map((table) => itemsOf(table)));
    const restore = async () => {
      for (const [index, table] of tables.entries()) {
        await emptyTable(table);
        await putItems(table, before[index] as object[]);
      }
      await emptyTable('Subscribers');
      await (await subscribersIn()).fanOut();
    };
    await restore();
    const whole = dieAt(Number.POSITIVE_INFINITY, fate);
    await eraser.erase();
    const expected = await itemsOf('EventLog');
    expect(JSON.stringify(expected).toLowerCase()).not.toContain('zarathustra');
    for (let call = 0; call < whole.calls; call++) {
      fateOf = () => 'done';
      await restore();
      dieAt(call, fate);
      await eraser.erase().catch(() => undefined);
      fateOf = () => 'done';
      // The lease of what was killed ends.
      eraser.pass(3 * minuteMs);
      await eraser.erase();
      expect(await itemsOf('EventLog')).toEqual(expected);
    }
  },
);
