import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inParallel } from '../../../functions/lib/runtime/concurrency.ts';
import { requiredFields } from '../../events/samples.ts';
import { deliveringIn } from '../../support/receivers/delivering.ts';
import { type Received, type Receiver, reactions, startReceiver } from '../../support/receivers/receiver.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const endpoints = 300;
/** Every tenth endpoint fails, each in one of these ways. */
const illness = [500, 503, 429, reactions.resets, reactions.hangsUp];
const workersAtOnce = 8;
/** The type of event that all endpoints receive. Those that do not fail receive nothing else. */
const toAll = 'development.reported';
const toTheIll = 'hostilities.reported';

type Delivering = Awaited<ReturnType<typeof deliveringIn>>;

let world: World;
let delivering: Delivering;
let receiver: Receiver;
const ids: string[] = [];
const isIll = (index: number) => index % 10 === 0;
const indexOf = ({ path }: Received) => Number(path.split('/').at(-1));

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  receiver = await startReceiver();
  const { createEndpoint, newEndpointId } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
  await inParallel([...Array(endpoints).keys()], 32, async (index) => {
    const id = newEndpointId();
    ids[index] = id;
    const described = {
      id,
      owner: 'example',
      url: `${receiver.url}/${index}`,
      description: null,
      filter: isIll(index) ? {} : { types: [toAll] },
    };
    const endpoint = { ...described, maxInFlight: 1, contact: 'desk@example.org', verifiedAt: null, since: 0 };
    const places = { sendAfter: 0, settledThrough: 0 };
    const state = { id, status: 'pending', epoch: 1, ...places, failures: 0, queue: 'prompt' } as const;
    await createEndpoint(
      { ...endpoint, createdAt: new Date().toISOString() },
      'whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==',
      state,
    );
  });
  for (const id of ids) await delivering.subscribers.start(id);
  const { deleteDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
  await inParallel(ids, workersAtOnce, deleteDueEndpoint);
  world.takeWakes();
  receiver.otherwise((request, response) => {
    const index = indexOf(request);
    const reaction = isIll(index) ? illness[(index / 10) % illness.length] : 200;
    if (typeof reaction === 'number') response.writeHead(reaction).end();
    else reaction?.(request, response);
  });
});

afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

/** Publishes an event and serves the wakes of the prompt queue only. */
async function publishPromptly(type: string): Promise<Received[]> {
  receiver.received.length = 0;
  const data = { when: { edtf: '2020-11-10' }, headline: type, status: 'confirmed', sources: requiredFields.sources };
  const more = type === toTheIll ? { parties: [{ name: 'Armenia' }] } : {};
  await world.post({ type, id: type, subject: 'karabakh-2020', data: { ...data, ...more } });
  await delivering.subscribers.fanOut();
  const wakes = world.takeWakes().filter(({ queue }) => queue === 'prompt');
  await inParallel(wakes, workersAtOnce, ({ endpointId }) => delivering.work(endpointId));
  return [...receiver.received];
}

const sorted = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other);
const all = [...Array(endpoints).keys()];
const failing = all.filter(isIll);
const well = all.filter((index) => !isIll(index));

describe('hundreds of endpoints, a tenth of which fails', () => {
  test('are served as if alone once the failing ones are known: the prompt queue waits for none of them', async () => {
    expect(sorted((await publishPromptly(toTheIll)).map(indexOf))).toEqual(failing);
    expect(sorted((await publishPromptly(toAll)).map(indexOf))).toEqual(well);
  });

  test('lose nothing: those that recover are sent what they missed, in order', async () => {
    receiver.received.length = 0;
    receiver.otherwise(200);
    delivering.pass(24 * 3_600_000);
    await inParallel(
      ids.filter((_, index) => isIll(index)),
      workersAtOnce,
      async (id) => {
        await delivering.work(id, 'slow');
        await delivering.work(id);
      },
    );
    const byEndpoint = Map.groupBy(receiver.received, indexOf);
    expect(sorted([...byEndpoint.keys()])).toEqual(failing);
    for (const messages of byEndpoint.values()) expect(messages.map(({ body }) => body.position)).toEqual([1, 2]);
  });
});
