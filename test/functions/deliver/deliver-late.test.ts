import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let receiver: Receiver;

beforeAll(async () => {
  world = await startWorld();
  receiver = await startReceiver();
});

afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

test('an endpoint that is too slow for the prompt queue is attempted again on the slow one, without a failure', async () => {
  const delivering = await deliveringIn(world);
  const { id } = await delivering.open(receiver);
  await delivering.publish();
  world.takeWakes();
  receiver.answer(reactions.neverAnswers);

  await delivering.work(id);
  expect(world.takeWakes()).toEqual([{ endpointId: id, queue: 'slow' }]);
  const { status, queue, failures, lastError } = await delivering.state(id);
  expect({ status, queue, failures, lastError }).toEqual({ status: 'active', queue: 'slow', failures: 0 });

  await delivering.work(id, 'slow');
  const [first, second] = receiver.received;
  expect(receiver.received).toHaveLength(2);
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.text).toBe(first?.text);
  expect(await delivering.outcomes(id, 1)).toEqual(['timeout', '200']);
  expect((await delivering.state(id)).queue).toBe('prompt');
});
