import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { minuteMs } from '../../../events/dates/durations.ts';
import { redactionsIn } from '../../support/fixtures/redaction.ts';
import { deliveringIn } from '../../support/receivers/delivering.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const name = 'Zarifa';
const at = '2026-11-22T10:00:00.000Z';

let world: World;
let fateOf: () => Fate = () => 'done';

beforeAll(async () => {
  // Without jitter, no pause takes time.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, () => fateOf());
  const { fallingBehind } = await import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
  // Endpoints receive many messages that nobody sends.
  fallingBehind.deliveries = Number.POSITIVE_INFINITY;
});
afterAll(async () => {
  jest.restoreAllMocks();
  await world.stop();
});

/** What is to be known of a delivery: its type, who took it down, its status, and the excerpts of its attempts. */
async function traces(id: string): Promise<object[]> {
  const items = await itemsOf('Subscribers', `W#${id}`);
  return items.flatMap<object>(({ sk, type, redactedBy, status, answer, detail }) => {
    if (String(sk).startsWith('D#')) return [{ type, redactedBy, status }];
    return String(sk).startsWith('A#') ? [{ answer, detail }] : [];
  });
}

test('The removal from Subscribers ends alike wherever it is killed, and is done again', async () => {
  const delivering = await deliveringIn(world);
  const redactions = await redactionsIn(world);
  const { recordAttempt } = await import('../../../functions/lib/subscribers/deliveries/attempts.ts');
  const { isErasedInSubscribers, isForgottenInSubscribers } = await import(
    '../../../functions/lib/subscribers/fan-out/erasing-tasks.ts'
  );
  const progress = async (eventId: string, position: number) => [
    await isErasedInSubscribers(eventId, position),
    await isForgottenInSubscribers(eventId, position),
  ];
  const id = await delivering.subscribers.open();
  await delivering.subscribers.backfill(id);
  const expected: object[] = [];
  for (let call = 0, goesOn = true; goesOn; call++) {
    const [eventId = ''] = await delivering.publish(1, { headline: name });
    const position = 2 * call + 1;
    await recordAttempt(id, position, { at, outcome: '500', durationMs: 1, answer: `${name} fails` });
    await redactions.redact(eventId);
    await world.project();
    let calls = 0;
    const kill = () => {
      calls += 1;
      if (calls > call) throw new Error('Killed.');
      return 'done' as const;
    };
    fateOf = kill;
    await delivering.subscribers.fanOut().catch(() => undefined);
    fateOf = () => 'done';
    await delivering.subscribers.fanOut();
    expect(await progress(eventId, position + 1)).toEqual([true, false]);
    await redactions.blank(eventId);
    fateOf = kill;
    for (const minutes of [1, 15]) await redactions.fanOutAfter(minutes * minuteMs).catch(() => undefined);
    fateOf = () => 'done';
    await redactions.forget(eventId);
    goesOn = calls > call;
    expect(await progress(eventId, position + 1)).toEqual([true, true]);
    expect(await delivering.subscribers.checkpoint()).toMatchObject({ position: position + 1, erasing: 0 });
    expected.push({ type: 'event.redacted', redactedBy: 1, status: 'withdrawn' });
    expected.push({ type: 'event.redacted', redactedBy: undefined, status: 'pending' });
  }
  expect(JSON.stringify(await itemsOf('Subscribers'))).not.toContain(name);
  const excerpts = expected.slice(0, expected.length / 2).map(() => ({ answer: null, detail: undefined }));
  expect(await traces(id)).toEqual([...excerpts, ...expected]);
});
