import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { hourMs, minuteMs } from '../../../events/dates/durations.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Delivering, deliveringIn, placesOf, positionsOf } from '../../support/receivers/delivering.ts';
import { createdEndpoint, endpointsPath, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { type Reaction, type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const name = 'Zarifa';
const note = 'A court ordered it';

let world: World;
let delivering: Delivering;
let redactions: Redactions;
let receiver: Receiver;

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  redactions = await redactionsIn(world);
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  receiver = await startReceiver();
  world.takeWakes();
  delivering.reset();
});
afterEach(() => receiver.stop());
afterAll(() => world.stop());

/** A reaction that repeats what the receiver was sent. */
const echoes =
  (status: number): Reaction =>
  ({ text }, response) =>
    response.writeHead(status).end(text);

const fragments = async () =>
  (await itemsOf('Subscribers')).map((item) => JSON.stringify(item)).filter((item) => item.includes(name));

const pulled = async (id: string) => (await world.call('GET', `${endpointsPath}/${id}/events`)).body.events;

const redeliver = (id: string, position: number) =>
  world.call('POST', `${endpointsPath}/${id}/deliveries/${position}/redeliver`, { body: {} });

/** An endpoint that begins with the first event, verified and not served yet. */
async function lateEndpoint(more: object = {}): Promise<string> {
  const { id } = await createdEndpoint(world, { url: receiver.url, startAt: 'beginning', ...more });
  await verifyEndpoint(id);
  world.takeWakes();
  receiver.received.length = 0;
  return id;
}

describe('the message about a redaction', () => {
  test('of a whole event says that it was taken down and why, and nothing else of the event', async () => {
    await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    await delivering.followWakes();
    await redactions.takeDown(eventId, { note });
    await delivering.followWakes();
    const [, { headers, body }] = receiver.received as [unknown, (typeof receiver.received)[number]];
    const { publishedAt } = (await redactions.publishedOf(eventId)).at(-1) ?? {};
    expect(headers['webhook-id']).toBe(`${eventId}_1`);
    expect(body).toEqual({
      specversion: '1.0',
      id: `${eventId}_1`,
      source: '/newsrooms/example',
      type: 'event.redacted',
      subject: 'karabakh-2020',
      time: publishedAt,
      eventid: eventId,
      change: 'redacted',
      revision: 1,
      position: 2,
      previousposition: 1,
      data: {
        id: eventId,
        revision: 1,
        position: 2,
        publishedAt,
        newsroom: 'example',
        type: 'event.redacted',
        story: 'karabakh-2020',
        note,
        redaction: { reason: 'legal', by: 'operator' },
      },
    });
  });

  test('of some revisions has the entry that stays, and names them', async () => {
    await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    await delivering.change(eventId, 0, { headline: 'A neighbour' });
    await redactions.takeDown(eventId, { note, revisions: [0] });
    await delivering.followWakes();
    expect(receiver.received.map(({ body }) => [body.change, body.data.data?.headline])).toEqual([
      ['corrected', 'A neighbour'],
      ['redacted', 'A neighbour'],
    ]);
    expect(receiver.received.at(-1)?.body.data).toMatchObject({
      note,
      redaction: { reason: 'legal', revisions: [0], by: 'operator' },
    });
  });

  test('of the description of a story says nothing of the story but its slug', async () => {
    const { id } = await delivering.open(receiver);
    await delivering.publish(1);
    await world.call('PUT', '/v1/stories/karabakh-2020', { body: { title: name } });
    const story = eventIdOf('/stories', 'karabakh-2020');
    await world.settle(story);
    await delivering.subscribers.fanOut();
    await delivering.followWakes();
    await redactions.takeDown(story, { note });
    await delivering.followWakes();
    const { type, subject, source, data } = receiver.received.at(-1)?.body ?? {};
    expect([type, subject, source]).toEqual(['story.described', 'karabakh-2020', '/stories']);
    expect(data).toEqual({
      id: story,
      revision: 1,
      position: 3,
      publishedAt: expect.any(String),
      newsroom: 'example',
      type: 'story.described',
      story: 'karabakh-2020',
      note,
      redaction: { reason: 'legal', by: 'operator' },
    });
    await redactions.forget(story);
    expect(await fragments()).toEqual([]);
    expect((await pulled(id)).map(({ position }: { position: number }) => position)).toEqual([1, 3]);
  });

  test('keeps nothing of what its receiver answers', async () => {
    const { id } = await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    await redactions.takeDown(eventId);
    receiver.otherwise((_, response) => response.writeHead(400).end(`Erased: ${name}`));
    await delivering.followWakes();
    const { body } = await world.call('GET', `${endpointsPath}/${id}/deliveries/2`);
    const attempt = { at: expect.any(String), error: null, detail: null, durationMs: expect.any(Number) };
    expect(body.attempts).toEqual(Array(3).fill({ ...attempt, status: 400, answer: null }));
  });

  test('whose note was taken down too is followed by one without it, to the same endpoints', async () => {
    const { id } = await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    await redactions.takeDown(eventId, { note: `About ${name}` });
    await redactions.takeDown(eventId, { note });
    await delivering.followWakes();
    expect(receiver.received.map(({ body }) => [body.position, body.data.note])).toEqual([[3, note]]);
    expect(await delivering.statuses(id)).toEqual({ 1: 'withdrawn', 2: 'withdrawn', 3: 'acknowledged' });
    await redactions.forget(eventId);
    expect((await pulled(id)).map(({ position }: { position: number }) => position)).toEqual([3]);
  });
});

describe('a message whose content was taken down', () => {
  test('is withdrawn before its first attempt, and the redaction is sent', async () => {
    const { id } = await delivering.open(receiver);
    const [eventId] = (await delivering.publish(2, { headline: name })) as [string];
    await redactions.takeDown(eventId);
    await delivering.followWakes();
    expect(placesOf(receiver.received)).toEqual([{ position: 2 }, { position: 3, previousposition: 2 }]);
    expect(await delivering.statuses(id)).toEqual({ 1: 'withdrawn', 2: 'acknowledged', 3: 'acknowledged' });
    expect(await delivering.state(id)).toMatchObject({ settledThrough: 3, status: 'active' });
    expect(await delivering.due(id)).toBeUndefined();
  });

  test.each([
    ['waits for its next attempt', 1, 500],
    ['is parked', 3, 400],
  ])('is withdrawn although it was attempted and %s', async (_, attempts, status) => {
    const { id } = await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    receiver.answer(...(Array(attempts).fill(echoes(status)) as [Reaction]));
    await delivering.work(id);
    for (let attempt = 1; attempt < attempts; attempt++) {
      delivering.pass(minuteMs);
      await delivering.work(id, 'slow');
    }
    await redactions.takeDown(eventId);
    delivering.pass(hourMs);
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([...Array(attempts).fill(1), 2]);
    expect(await delivering.statuses(id)).toEqual({ 1: 'withdrawn', 2: 'acknowledged' });
    expect(await fragments()).toEqual([]);
    expect(await delivering.outcomes(id, 1)).toEqual(Array(attempts).fill(String(status)));
  });

  test('is not sent again on request, before the log has lost it nor afterwards', async () => {
    const { id } = await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    await delivering.followWakes();
    await redactions.takeDown(eventId);
    await delivering.followWakes();
    receiver.received.length = 0;
    for (const time of ['before', 'after']) {
      if (time === 'after') await redactions.forget(eventId);
      const { status, body } = await redeliver(id, 1);
      expect([time, status, body.detail]).toEqual([
        time,
        409,
        'The content of the message was taken down. It cannot be sent any more.',
      ]);
      await world.call('POST', `${endpointsPath}/${id}/replay`, { body: { from: 1 } });
      await delivering.followWakes();
      expect(positionsOf(receiver.received.splice(0))).toEqual([2]);
      expect(await pulled(id)).toMatchObject([{ position: 2, change: 'redacted' }]);
    }
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged', 2: 'acknowledged' });
    expect(await fragments()).toEqual([]);
  });

  test('that is in flight at that moment counts as acknowledged, and what its receiver answers is not kept', async () => {
    const { id } = await delivering.open(receiver);
    const [eventId] = (await delivering.publish(1, { headline: name })) as [string];
    receiver.answer(async ({ text }, response) => {
      await redactions.takeDown(eventId);
      response.writeHead(200).end(text);
    });
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 2]);
    expect(await delivering.statuses(id)).toEqual({ 1: 'acknowledged', 2: 'acknowledged' });
    expect(await delivering.outcomes(id, 1)).toEqual(['200']);
    expect(await fragments()).toEqual([]);
  });

  test('that is in flight with others at that moment lets those be sent in order', async () => {
    const { id } = await delivering.open(receiver);
    const [first, second] = (await delivering.publish(3, { headline: name })) as [string, string];
    receiver.answer(async ({ text }, response) => {
      await redactions.takeDown(first);
      await redactions.takeDown(second);
      response.writeHead(500).end(text);
    });
    await delivering.work(id);
    delivering.pass(hourMs);
    await delivering.sweep();
    expect(positionsOf(receiver.received)).toEqual([1, 3, 4, 5]);
    expect(await delivering.statuses(id)).toEqual({
      1: 'withdrawn',
      2: 'withdrawn',
      3: 'acknowledged',
      4: 'acknowledged',
      5: 'acknowledged',
    });
  });
});

describe('an endpoint that is registered after a redaction', () => {
  test.each(['before', 'after'])('is sent nothing but the redaction, %s the log has lost the content', async (time) => {
    const [whole, partial] = (await delivering.publish(2, { headline: name })) as [string, string];
    await delivering.change(partial, 0, { headline: 'A neighbour' });
    await redactions.takeDown(whole);
    await redactions.takeDown(partial, { revisions: [0] });
    if (time === 'after') await Promise.all([redactions.blank(whole), redactions.blank(partial)]);
    const id = await lateEndpoint();
    const expected = [
      [3, 'corrected'],
      [4, 'redacted'],
      [5, 'redacted'],
    ];
    const shown = (messages: { position: number; change: string }[]) =>
      messages.map(({ position, change }) => [position, change]);
    expect(shown(await pulled(id))).toEqual(expected);
    await delivering.work(id);
    await delivering.followWakes();
    expect(shown(receiver.received.map(({ body }) => body))).toEqual(expected);
    expect(shown(await pulled(id))).toEqual(expected);
    await redactions.forget(whole);
    await redactions.forget(partial);
    expect(await fragments()).toEqual([]);
    const types = (await itemsOf('Subscribers', `W#${id}`)).flatMap(({ type, position }) =>
      type === undefined ? [] : [[position, type]],
    );
    expect(types).toEqual([
      [1, 'event.redacted'],
      [2, 'event.redacted'],
      [3, 'development.reported'],
      [4, 'event.redacted'],
      [5, 'development.reported'],
    ]);
  });

  test('is sent the redaction if its filter matched the original', async () => {
    const [eventId] = (await delivering.publish(1, { actors: [{ name }] })) as [string];
    await redactions.takeDown(eventId);
    await redactions.forget(eventId);
    const id = await lateEndpoint({ filter: { actors: [name.toLowerCase()] } });
    await delivering.work(id);
    expect(positionsOf(receiver.received)).toEqual([2]);
  });
});

describe('a redaction', () => {
  test('during the backfill of an endpoint is sent to it after what it was sent before', async () => {
    const [eventId] = (await delivering.publish(60, { headline: name })) as [string];
    const id = await lateEndpoint();
    receiver.answer(async (_, response) => {
      await redactions.takeDown(eventId);
      response.end();
    });
    await delivering.work(id);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
    expect((await delivering.statuses(id))[61]).toBe('acknowledged');
  });

  test('is sent to an endpoint whose filter was changed since the original', async () => {
    const { id } = await delivering.open(receiver, { filter: { actors: [name.toLowerCase()] } });
    const [eventId] = (await delivering.publish(1, { actors: [{ name }] })) as [string];
    await delivering.followWakes();
    await world.call('PATCH', `${endpointsPath}/${id}`, { body: { filter: { stories: ['another'] } } });
    await redactions.takeDown(eventId);
    await delivering.followWakes();
    expect(positionsOf(receiver.received)).toEqual([1, 2]);
  });
});

test('A note that is taken down is not in the message of a later revision that showed it, before the log is blank and after', async () => {
  const id = await lateEndpoint();
  const kept = 'The report says more';
  const { body: event } = await world.post(developmentWith({ stories: ['side'], headline: 'A', summary: kept }));
  await world.post(developmentWith({}, { subject: 'side', id: 'own' }));
  const corrected = { note: `${name} is not named`, data: { headline: 'B' } };
  const headers = { 'if-match': '"0"' };
  await world.call('POST', `/v1/events/${event.id}/corrections`, { headers, body: corrected });
  await world.settle(event.id);
  const unlisted = await world.call('POST', '/v1/stories/side/unlistings', { body: { event: event.id, note: 'No.' } });
  expect(unlisted.status).toBe(201);
  await world.settle(event.id);
  await redactions.takeDown(event.id, { note, revisions: [1] });
  const messageOf = (messages: readonly { readonly change: string }[]) =>
    messages.find(({ change }) => change === 'unlisted');
  const listed = messageOf(await pulled(id));
  expect(listed).toMatchObject({ revision: 2, data: { data: { headline: 'B', summary: kept } } });
  expect(JSON.stringify(await pulled(id))).not.toContain(name);
  await delivering.work(id);
  await delivering.followWakes();
  expect(receiver.received.map(({ text }) => text).join()).not.toContain(name);
  const sent = messageOf(receiver.received.map(({ body }) => body));
  expect(sent).toMatchObject({ revision: 2, data: { data: { headline: 'B', summary: kept } } });
  await redactions.forget(event.id);
  expect(messageOf(await pulled(id))).toEqual(sent);
});
