import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import type { Revision } from '../../../events/revision.ts';
import { correctedRevision, eventWith, recordedRevision, retractedRevision } from '../../events/given.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let queue: ParkedQueue;
let subscribers: Subscribers;
let fateOf: (asked: Asked) => Fate | Promise<Fate>;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
  // The client finds queues in more than one place by their addresses, and warns of it each time.
  jest.spyOn(console, 'warn').mockImplementation(() => {});
  subscribers = await subscribersIn();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
});
beforeEach(async () => {
  fateOf = () => 'done';
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  world.takeWakes();
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

const lachin = { name: 'Lachin', iso3166_2: 'AZ-LAC' };
const shusha = { name: 'Shusha' };
const inLachin = { places: ['AZ-LAC'] };

function recorded(id: string, data: object = {}): Revision {
  const event = eventWith({}, { id });
  return recordedRevision({ ...event, data: { ...event.data, ...data } });
}

const corrected = (before: Revision, data: object) =>
  correctedRevision(before, 'A slip', data, { ...before.event.data, ...data });

/** Appends revisions and sequences them, in order. */
async function publish(...revisions: Revision[]): Promise<void> {
  for (const revision of revisions) {
    await append(revision, 'request-1');
    await world.sequence(revision.eventId);
  }
}

/** Publishes, projects and fans out. */
async function publishAndFanOut(...revisions: Revision[]): Promise<void> {
  await publish(...revisions);
  await world.project();
  await subscribers.fanOut();
}

const wokenEndpoints = () => world.takeWakes().map(({ endpointId }) => endpointId);
const position = async () => (await subscribers.checkpoint())?.position;
const dueNow = async () => (await itemsOf('Subscribers', 'DUE')).map(({ sk }) => sk);

describe('fan-out', () => {
  test('queues an entry for every endpoint whose filter matches it, and for no other', async () => {
    const all = await subscribers.open();
    const some = await subscribers.open(inLachin);
    const none = await subscribers.open({ stories: ['another'] });
    const first = recorded('a', { places: [lachin] });
    const second = recorded('b', { places: [shusha] });
    await publishAndFanOut(first, second);
    const [queued] = await subscribers.queuedFor(some);
    expect(queued).toEqual({ position: 1, eventId: first.eventId, revision: 0, status: 'pending' });
    expect(await subscribers.positionsFor(all)).toEqual([1, 2]);
    expect(await subscribers.positionsFor(some)).toEqual([1]);
    expect(await subscribers.positionsFor(none)).toEqual([]);
  });

  test('stores with a delivery what a list of deliveries shows of the entry', async () => {
    const id = await subscribers.open();
    await publishAndFanOut(recorded('a'));
    const { readDelivery } = await import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts');
    const [entry] = await itemsOf('EventLog', 'F');
    expect(await readDelivery(id, 1)).toEqual({
      position: 1,
      eventId: entry?.eventId,
      revision: 0,
      kind: 'recorded',
      type: 'development.reported',
      story: 'karabakh-2020',
      publishedAt: entry?.publishedAt,
      status: 'pending',
      attempts: 0,
      queuedAt: expect.any(String),
    });
  });

  test('goes no further than the projection', async () => {
    const id = await subscribers.open();
    await publish(recorded('a'), recorded('b'));
    await world.project();
    await publish(recorded('c'));
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    expect(await position()).toBe(2);
    await world.project();
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });

  test('goes to the end of a long feed in one wake', async () => {
    const id = await subscribers.open();
    const revisions = Array.from({ length: 60 }, (_, index) => recorded(`event-${index}`));
    await Promise.all(revisions.map((revision) => append(revision, 'r')));
    await world.sequence(...revisions.map(({ eventId }) => eventId));
    await world.project();
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual(revisions.map((_, index) => index + 1));
  });

  test('passes entries that are published while there is no endpoint', async () => {
    await publishAndFanOut(recorded('a'));
    const id = await subscribers.open({}, 1);
    await publishAndFanOut(recorded('b'));
    expect(await subscribers.positionsFor(id)).toEqual([2]);
  });

  test('queues nothing for an endpoint up to the position after which it begins', async () => {
    const first = recorded('a');
    await publish(first, corrected(first, { headline: 'b' }), recorded('c'));
    const id = await subscribers.open({}, 2);
    await world.project();
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual([3]);
  });

  test('wakes the workers of the audience once per chunk, and makes their endpoints due', async () => {
    const one = await subscribers.open();
    const other = await subscribers.open(inLachin);
    await emptyDue();
    await publishAndFanOut(recorded('a'), recorded('b', { places: [lachin] }), recorded('c'));
    expect(wokenEndpoints().toSorted()).toEqual([one, other].toSorted());
    expect((await dueNow()).toSorted()).toEqual([one, other].toSorted());
    await emptyDue();
    await publishAndFanOut(recorded('d'));
    expect(wokenEndpoints()).toEqual([one]);
  });

  test('wakes no endpoint that is due already: its worker notices, or is woken when it is due', async () => {
    const one = await subscribers.open();
    const other = await subscribers.open();
    await emptyDue();
    await publishAndFanOut(recorded('a'));
    expect(wokenEndpoints().toSorted()).toEqual([one, other].toSorted());
    const { deleteDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
    await deleteDueEndpoint(one);
    await publishAndFanOut(recorded('b'), recorded('c'));
    expect(wokenEndpoints()).toEqual([one]);
    expect((await dueNow()).toSorted()).toEqual([one, other].toSorted());
  });

  test('leaves the time of the next attempt of a failing endpoint as it is', async () => {
    const id = await subscribers.open();
    const later = { pk: 'DUE', sk: id, at: '2999-01-01T00:00:00.000Z', queue: 'slow' };
    await putItem('Subscribers', later);
    await publishAndFanOut(recorded('a'));
    // The mark is another one, so that a worker that has looked before does not remove it.
    expect(await itemsOf('Subscribers', 'DUE')).toEqual([
      {
        ...later,
        owner: 'example',
        setAt: expect.any(String),
        mark: expect.any(String),
        queuedThrough: 1,
        queued: 1,
        isAsleep: false,
        v: 1,
      },
    ]);
  });

  test('queues the description of a story for endpoints that filter by the story, and by nothing that a description does not have', async () => {
    const ofStory = await subscribers.open({ stories: ['karabakh-2020'] });
    const ofOther = await subscribers.open({ stories: ['french-senate'] });
    const ofPlace = await subscribers.open({ stories: ['karabakh-2020'], ...inLachin });
    const ofTime = await subscribers.open({ stories: ['karabakh-2020'], from: '2020' });
    await world.call('PUT', '/v1/stories/karabakh-2020', { body: { title: 'Karabakh' } });
    await world.settle(eventIdOf('/stories', 'karabakh-2020'));
    await subscribers.fanOut();
    const positions = [ofStory, ofOther, ofPlace, ofTime].map((id) => subscribers.positionsFor(id));
    expect(await Promise.all(positions)).toEqual([[1], [], [], []]);
  });

  test('applies no more entries together than it can write within its time, and at least one', async () => {
    const { feedAfter } = await import('../../../functions/lib/event-log/feed.ts');
    const { fanOut } = await import('../../../functions/lib/fan-out/fan-out.ts');
    await publish(...Array.from({ length: 6 }, (_, index) => recorded(`event-${index}`, { places: [lachin] })));
    const { entries } = await feedAfter(0, 50, 'consistent');
    const chunkFor = async (endpoints: number, filter: object) => {
      await emptyTable('Subscribers');
      const entry = { pk: 'ACTIVE', owner: 'example', filter, since: 1, epoch: 1 };
      const ids = Array.from({ length: endpoints }, (_, index) => `wh_${String(index).padStart(26, 'a')}`);
      await Promise.all(ids.map((id) => putItem('Subscribers', { ...entry, sk: `E#${id}` })));
      await putItem('Subscribers', { pk: 'ACTIVE', sk: 'VERSION', version: 1, epochSum: endpoints });
      const follower = fanOut();
      await follower.checkpoint();
      return follower.chunk(entries);
    };
    expect(await chunkFor(250, inLachin)).toBe(5);
    expect(await chunkFor(1_001, inLachin)).toBe(1);
    expect(await chunkFor(1_001, { stories: ['another'] })).toBe(6);
  });
});

async function emptyDue(): Promise<void> {
  const { deleteDueEndpoint } = await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts');
  for (const id of await dueNow()) await deleteDueEndpoint(id as string);
}

describe('a correction', () => {
  test('is queued for the recipients of the original, even if their filter does not match any more', async () => {
    const id = await subscribers.open(inLachin);
    const first = recorded('a', { places: [lachin] });
    const second = corrected(first, { places: [shusha] });
    await publishAndFanOut(first);
    await publishAndFanOut(second);
    await publishAndFanOut(retractedRevision(second, 'No'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
    expect(await subscribers.recipients()).toEqual({
      [`${first.eventId} ${id}`]: { owner: 'example', firstPosition: 1, position: 3, revision: 2 },
    });
  });

  test('is queued for them too if it is in the same chunk', async () => {
    const id = await subscribers.open(inLachin);
    const first = recorded('a', { places: [lachin] });
    const second = corrected(first, { places: [shusha] });
    await publishAndFanOut(first, second, retractedRevision(second, 'No'));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
  });

  test('is queued for endpoints whose filter matches the event now, and so are all later revisions', async () => {
    const id = await subscribers.open(inLachin);
    const first = recorded('a', { places: [shusha] });
    const second = corrected(first, { places: [lachin] });
    await publishAndFanOut(first);
    await publishAndFanOut(second);
    await publishAndFanOut(corrected(second, { places: [] }));
    expect(await subscribers.positionsFor(id)).toEqual([2, 3]);
  });

  test('is queued for recipients whose filter has changed since the original', async () => {
    const id = await subscribers.open(inLachin);
    const first = recorded('a', { places: [lachin] });
    await publishAndFanOut(first);
    await subscribers.filterBy(id, { stories: ['another'] });
    await publishAndFanOut(corrected(first, { headline: 'b' }), recorded('c', { places: [lachin] }));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });

  test('is not queued for endpoints that received no revision', async () => {
    const id = await subscribers.open(inLachin);
    const first = recorded('a', { places: [shusha] });
    await publishAndFanOut(first, corrected(first, { headline: 'b' }));
    expect(await subscribers.positionsFor(id)).toEqual([]);
  });

  test('is queued for an endpoint that is not active once it is', async () => {
    const id = await subscribers.open(inLachin);
    await subscribers.backfill(id);
    const first = recorded('a', { places: [lachin] });
    await publishAndFanOut(first);
    await subscribers.disable(id);
    await publishAndFanOut(corrected(first, { places: [shusha] }));
    expect(await subscribers.positionsFor(id)).toEqual([1]);
    await subscribers.start(id);
    await subscribers.backfill(id);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
  });
});

describe('an entry that cannot be fanned out', () => {
  test('because it cannot be read is parked, and delays nothing else', async () => {
    const id = await subscribers.open();
    await publish(recorded('a'), recorded('b'), recorded('c'));
    const [, second] = await itemsOf('EventLog', 'F');
    await world.project();
    await putItem('EventLog', { ...second, values: '[' });
    const before = queue.sent().length;
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
    expect(await subscribers.checkpoint()).toMatchObject({ position: 3, parked: 1 });
    expect(queue.sent().slice(before)).toEqual([{ pk: 'F', sk: '000000000002' }]);
  });

  test('because this release does not know its version is parked too', async () => {
    const id = await subscribers.open(inLachin);
    await publish(recorded('a', { places: [lachin] }), recorded('b'), recorded('c', { places: [lachin] }));
    const [, second] = await itemsOf('EventLog', 'F');
    await world.project();
    await putItem('EventLog', { ...second, v: 3 });
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual([1, 3]);
    expect(await subscribers.checkpoint()).toMatchObject({ position: 3, parked: 1 });
  });

  test('is not one whose revision alone cannot be read: its delivery is parked by the worker', async () => {
    const id = await subscribers.open();
    await publish(recorded('a'), recorded('b'));
    await world.project();
    const [revision] = (await itemsOf('EventLog', 'E#')).filter(({ sk }) => sk === 'R#000000');
    await putItem('EventLog', { ...revision, event: '{"type":' });
    await subscribers.fanOut();
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    expect(await subscribers.checkpoint()).toMatchObject({ position: 2, parked: 0 });
  });

  test('is never the fault of a filter: one that is not valid any more matches everything', async () => {
    const id = await subscribers.open({ from: 'yesterday' });
    const other = await subscribers.open();
    const { logger } = await import('../../../functions/lib/runtime/observability.ts');
    const errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    await publishAndFanOut(recorded('a'));
    expect(errors.mock.calls).toEqual([
      [
        'The filter of an endpoint is not valid any more. The endpoint receives everything.',
        { endpointId: id, error: expect.any(Error) },
      ],
    ]);
    errors.mockRestore();
    expect(await subscribers.positionsFor(id)).toEqual([1]);
    expect(await subscribers.positionsFor(other)).toEqual([1]);
  });
});
