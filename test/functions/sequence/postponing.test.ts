import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { SQSEvent } from 'aws-lambda';
import { startFauxqs } from 'fauxqs';
import { promptlyTakenBack } from '../../../events/postponing.ts';
import { developmentWith } from '../../events/samples.ts';
import { readFeed } from '../../support/models/timelines-model.ts';
import { lambdaContext } from '../../support/world/gateway-event.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

type Server = Awaited<ReturnType<typeof startFauxqs>>;

const queue = { name: 'postponed.fifo', attributes: { FifoQueue: 'true' } };

let world: World;
let server: Server;
let sequencePostponed: (event: SQSEvent) => Promise<void>;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const { queueUrl } = server.createQueue(queue.name, queue);
  // Its own host is one of a subdomain, which not every machine resolves.
  process.env.POSTPONED_QUEUE_URL = new URL(new URL(queueUrl).pathname, server.address).href;
  process.env.AWS_ENDPOINT_URL_SQS = server.address;
  world = await startWorld();
  const { postponing } = await import('../../../functions/lib/sequence/postponing.ts');
  postponing.most = promptlyTakenBack;
  const { handler } = await import('../../../functions/sequence-postponed.ts');
  sequencePostponed = (event) => handler(event, lambdaContext);
});
let windows = 0;
beforeEach(async () => {
  await emptyTable('EventLog');
  server.deleteQueue(queue.name);
  server.createQueue(queue.name, queue);
  // Each test has a window of its own.
  jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-27T12:00:00Z') + windows++ * 60_000);
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await world.stop();
  await server.stop();
});

interface Message {
  readonly body: string;
  readonly group: string | undefined;
}

const messages = (): Message[] =>
  (server.inspectQueue(queue.name)?.messages.ready ?? []).map(({ body, messageGroupId }) => ({
    body,
    group: messageGroupId,
  }));

const recordsOf = (queued: readonly Message[]) =>
  ({ Records: queued.map(({ body }) => ({ body })) }) as unknown as SQSEvent;

/** Records events and publishes them, and returns their ids. */
async function published(newsroom: string, count: number, data: object = {}): Promise<string[]> {
  const batch = Array.from({ length: count }, (_, index) => developmentWith(data, { id: `${newsroom}-${index}` }));
  const { body } = await world.call('POST', '/v1/events', { body: batch, newsroom });
  const ids: string[] = body.results.map(({ id }: { id: string }) => id);
  await world.sequence(...ids);
  return ids;
}

const retract = (id: string, newsroom: string) =>
  world.call('POST', `/v1/events/${id}/retraction`, {
    headers: { 'if-match': '"0"' },
    body: { note: 'It was wrong.' },
    newsroom,
  });

/** The events that the feed says were retracted, in its order. */
const retracted = async () =>
  (await readFeed()).filter(({ kind }) => kind === 'retracted').map(({ eventId }) => eventId);

describe('Retractions', () => {
  test('of one newsroom beyond 25 at once wait in a queue, acknowledged, while others are published; then none is missing', async () => {
    const ids = await published('many', 60);
    for (const id of ids) expect(await retract(id, 'many')).toMatchObject({ status: 201 });
    const [ofOthers = ''] = await published('few', 1);
    await retract(ofOthers, 'few');
    const { body: news } = await world.call('POST', '/v1/events', {
      body: developmentWith({}, { id: 'news' }),
      newsroom: 'other',
    });

    await world.sequence(...ids, ofOthers, news.id);
    expect(await retracted()).toEqual([...ids.slice(0, 25), ofOthers]);
    expect((await readFeed()).map(({ eventId }) => eventId)).toContain(news.id);
    const queued = messages();
    const expected = ids.slice(25).map((id) => ({ body: `{"pk":"E#${id}","sk":"R#000001"}`, group: 'many' }));
    expect(queued).toHaveLength(35);
    expect(queued).toEqual(expect.arrayContaining(expected));

    jest.restoreAllMocks();
    for (let batch = 0; batch < 4; batch++) {
      const begun = performance.now();
      const of = queued.slice(batch * 10, batch * 10 + 10);
      await sequencePostponed(recordsOf(of));
      // A timer may fire a millisecond early.
      expect(performance.now() - begun).toBeGreaterThanOrEqual(of.length * 50 - 10);
    }
    expect((await retracted()).sort()).toEqual([...ids, ofOthers].sort());
  });

  test('of events with many long names count as several, since each takes more of the feed', async () => {
    const places = Array.from({ length: 16 }, (_, index) => ({ name: `${index}`.padEnd(199, '\u6f22') }));
    const ids = await published('wordy', 10, { places });
    for (const id of ids) expect(await retract(id, 'wordy')).toMatchObject({ status: 201 });
    await world.sequence(...ids);
    // Of 10 KB each, five are as many as 25 small ones.
    expect(await retracted()).toEqual(ids.slice(0, 5));
    const queued = messages();
    jest.restoreAllMocks();
    const begun = performance.now();
    await sequencePostponed(recordsOf(queued));
    expect(performance.now() - begun).toBeGreaterThanOrEqual(5 * 5 * 50 - 10);
    expect((await retracted()).sort()).toEqual(ids.sort());
  });

  test('that were postponed are published by whatever sequences their events next, once', async () => {
    const ids = await published('impatient', 30);
    for (const id of ids) await retract(id, 'impatient');
    await world.sequence(...ids);
    expect(await retracted()).toHaveLength(25);
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 5_000);
    const queued = messages();
    await world.sequence(...ids);
    jest.restoreAllMocks();
    await sequencePostponed(recordsOf(queued));
    expect((await retracted()).sort()).toEqual([...ids].sort());
  });

  test('do not take with them what their event has before them', async () => {
    const others = await published('hasty', 25);
    for (const id of others) await retract(id, 'hasty');
    await world.sequence(...others);
    const { body } = await world.call('POST', '/v1/events', {
      body: developmentWith({}, { id: 'both' }),
      newsroom: 'hasty',
    });
    await retract(body.id, 'hasty');
    await world.sequence(body.id);
    expect((await readFeed()).filter(({ eventId }) => eventId === body.id).map(({ kind }) => kind)).toEqual([
      'recorded',
    ]);
    expect(messages()).toEqual([{ body: `{"pk":"E#${body.id}","sk":"R#000001"}`, group: 'hasty' }]);
  });

  test('are not lost if the queue refuses them: the stream sends its batch again', async () => {
    const ids = await published('unlucky', 26);
    for (const id of ids) await retract(id, 'unlucky');
    server.deleteQueue(queue.name);
    await expect(world.sequence(...ids)).rejects.toThrow();
    server.createQueue(queue.name, queue);
    await world.sequence(...ids);
    expect([...(await retracted()), ...messages().map(({ body }) => JSON.parse(body).pk.slice(2))].sort()).toEqual(
      [...ids].sort(),
    );
  });
});

test('Events are not postponed, however many a newsroom has written: it has a pace', async () => {
  const ids = await published('writer', 100);
  expect(await readFeed()).toHaveLength(100);
  expect(ids).toHaveLength(100);
  expect(messages()).toEqual([]);
});
