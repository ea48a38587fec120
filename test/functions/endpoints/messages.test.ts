import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { dayMs } from '../../../events/dates/durations.ts';
import { retryWaitsMs } from '../../../events/webhooks/delivery-timing.ts';
import { developmentWith } from '../../events/samples.ts';
import { refused } from '../../support/expectations/problem.ts';
import { type Delivering, deliveringIn, positionsOf } from '../../support/receivers/delivering.ts';
import { createdEndpoint, endpointsPath } from '../../support/receivers/endpoints.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let delivering: Delivering;
let receiver: Receiver;

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  receiver = await startReceiver();
  world.takeWakes();
});
afterEach(() => receiver.stop());
afterAll(() => world.stop());

/** Places whose borders take 35 KB. */
const bordered = Array.from({ length: 14 }, (_, place) => ({
  name: `Village ${place}`,
  geometry: {
    type: 'LineString',
    coordinates: Array.from({ length: 100 }, (_one, point) => [46.123456 + point / 1_000, 39.654321 + place / 1_000]),
  },
}));

const pathOf = (id: string, query = '') => `${endpointsPath}/${id}/events${query && `?${query}`}`;
const act = (id: string, action: string, body?: object) =>
  world.call('POST', `${endpointsPath}/${id}/${action}`, body ? { body } : {});

/** The texts of the messages, page by page. */
async function pulled(id: string, limit = 500, from = 0): Promise<string[]> {
  const texts: string[] = [];
  for (let after = from; ; ) {
    const { status, text, body, headers } = await world.get(pathOf(id, `after=${after}&limit=${limit}`));
    if (status !== 200) throw new Error(text);
    texts.push(...body.events.map((event: unknown) => JSON.stringify(event)));
    expect(text).toBe(JSON.stringify(body));
    expect(headers.link !== undefined).toBe(body.next < body.head && body.next > after);
    if (headers.link === undefined) return texts;
    after = body.next;
  }
}

const pulledPositions = async (id: string, limit?: number) =>
  (await pulled(id, limit)).map((text) => JSON.parse(text).position);

/** The messages without the previous position, which they have only after the first attempt. */
function withoutPrevious(texts: readonly string[]): string[] {
  return texts.map((text) => JSON.stringify({ ...JSON.parse(text), previousposition: undefined }));
}

/** The bodies that the receiver got, each message once. */
const received = () => [...new Map(receiver.received.map(({ text, body }) => [body.id, text])).values()];

test('answers what was sent, byte for byte, in pages of any size', async () => {
  const { id } = await delivering.open(receiver, { filter: { statuses: ['confirmed'] } });
  const [first, second] = await delivering.publish(2);
  await delivering.publish(2, { status: 'disputed' });
  await delivering.publish(2);
  await delivering.change(first as string, 0, { headline: 'Corrected', status: 'disputed' });
  await delivering.change(second as string, 0, null);
  await delivering.work(id);
  const sent = received();
  expect(sent.map((text) => JSON.parse(text).position)).toEqual([1, 5, 6, 7, 8]);
  for (const limit of [1, 2, 3, 500]) expect(await pulled(id, limit)).toEqual(sent);
  expect(await pulled(id, 2, 5)).toEqual(sent.slice(2));
});

test('answers the unlisting of an event, by the owner of a story, as it was sent to the endpoints of that story and newsroom', async () => {
  const { id } = await delivering.open(receiver, { filter: { stories: ['karabakh-2020'], newsrooms: ['dpa'] } });
  await delivering.publish();
  const event = developmentWith({ stories: ['open'] }, { id: 'theirs' });
  const { body } = await world.post(event, { newsroom: 'dpa' });
  const unlisting = { event: body.id, note: 'It is part of another conflict.' };
  const reply = await world.call('POST', '/v1/stories/karabakh-2020/unlistings', { body: unlisting });
  expect(reply.status).toBe(201);
  await world.settle(body.id);
  const correction = { note: 'A slip', data: { headline: 'Corrected' } };
  await world.call('POST', `/v1/events/${body.id}/corrections`, {
    newsroom: 'dpa',
    headers: { 'if-match': '"1"' },
    body: correction,
  });
  await world.settle(body.id);
  await delivering.subscribers.fanOut();
  await delivering.work(id);
  expect(received().map((text) => JSON.parse(text))).toMatchObject([
    { eventid: body.id, change: 'recorded', revision: 0 },
    { eventid: body.id, change: 'unlisted', revision: 1, data: { unlisted: ['karabakh-2020'], note: unlisting.note } },
    { eventid: body.id, change: 'corrected', revision: 2, data: { unlisted: ['karabakh-2020'] } },
  ]);
  expect(await pulled(id)).toEqual(received());
});

test('answers what will be sent before anything was sent', async () => {
  const { id } = await delivering.open(receiver, { filter: { statuses: ['confirmed'] } });
  const [first] = await delivering.publish(3);
  await delivering.publish(1, { status: 'disputed' });
  await delivering.publish(1);
  await delivering.change(first as string, 0, { status: 'disputed' });
  const before = await pulled(id, 2);
  await delivering.work(id);
  expect(before).toEqual(withoutPrevious(received()));
  expect(await pulled(id)).toEqual(received());
});

test('answers the messages of the past before the backfill has found them', async () => {
  const [first] = await delivering.publish(51);
  await delivering.publish(9, { status: 'disputed' });
  await delivering.change(first as string, 0, { status: 'disputed' });
  await delivering.publish(2);
  const { body: endpoint } = await world.call('POST', endpointsPath, {
    body: { url: receiver.url, filter: { statuses: ['confirmed'] }, startAt: 'beginning', contact: 'desk@example.org' },
  });
  const { id } = endpoint;
  const whilePending = await pulled(id, 20);
  receiver.otherwise(500);
  receiver.answer(({ body }, response) => response.end(body.data.challenge));
  await delivering.work(id);
  expect(await delivering.state(id)).toMatchObject({ status: 'retrying', backfill: { next: 51 } });
  const whileFailing = await pulled(id, 50);
  receiver.otherwise(200);
  delivering.pass(retryWaitsMs[0]);
  receiver.received.length = 0;
  await delivering.work(id, 'slow');
  await delivering.followWakes();
  expect(whilePending.length).toBe(54);
  expect(whilePending).toEqual(withoutPrevious(received()));
  // The first was attempted.
  expect(whileFailing).toEqual(whilePending);
  expect(await pulled(id)).toEqual(received());
});

test('answers another newsroom a large event that was corrected seventy times in short pages, and none is too large', async () => {
  const { body } = await world.post(
    developmentWith({ summary: 's'.repeat(20_000), places: bordered }, { subject: 'large' }),
  );
  for (let revision = 0; revision < 70; revision++) {
    const headers = { 'if-match': `"${revision}"` };
    const correction = { note: 'Counted again.', data: { headline: `Revision ${revision + 1}` } };
    await world.call('POST', `/v1/events/${body.id}/corrections`, { headers, body: correction });
  }
  await world.settle(body.id);
  const other = { newsroom: 'other' };
  const { id } = await createdEndpoint(world, { startAt: 'beginning', filter: { stories: ['large'] } }, other);
  await delivering.subscribers.fanOut();
  const positions: number[] = [];
  let pages = 0;
  for (let after = 0, head = 1; after < head; pages++) {
    const { status, text, body: page } = await world.call('GET', pathOf(id, `after=${after}&limit=500`), other);
    expect([after, status]).toEqual([after, 200]);
    // A response of a function has at most 6 MB (Lambda, "Quotas").
    expect(text.length).toBeLessThan(6_000_000);
    expect(page.next).toBeGreaterThan(after);
    positions.push(...page.events.map(({ position }: { position: number }) => position));
    ({ next: after, head } = page);
  }
  expect(positions).toEqual(Array.from({ length: 71 }, (_, index) => index + 1));
  expect(pages).toBeGreaterThan(1);
});

test('continues while the endpoint is disabled', async () => {
  const { id } = await delivering.open(receiver);
  const [first] = await delivering.publish(2);
  await delivering.work(id);
  await act(id, 'disable');
  await delivering.publish(2);
  await delivering.change(first as string, 0, { headline: 'Corrected' });
  const whileDisabled = await pulled(id, 2);
  await act(id, 'enable');
  await delivering.followWakes();
  expect(positionsOf(receiver.received)).toEqual([1, 2, 3, 4, 5]);
  const sent = received();
  expect(whileDisabled).toEqual([...sent.slice(0, 2), ...withoutPrevious(sent.slice(2))]);
});

test('answers, after resuming from now, what was queued and is skipped, but not what was published while the endpoint was disabled', async () => {
  const { id } = await delivering.open(receiver);
  await delivering.publish(1);
  await delivering.work(id);
  await delivering.publish(1);
  await act(id, 'disable');
  await delivering.publish(1);
  expect(await pulledPositions(id)).toEqual([1, 2, 3]);
  await act(id, 'enable', { resumeFrom: 'now' });
  await delivering.followWakes();
  await delivering.publish(1);
  await delivering.followWakes();
  expect(receiver.received.map(({ body }) => [body.position, body.previousposition])).toEqual([
    [1, undefined],
    [4, 2],
  ]);
  expect(await pulledPositions(id)).toEqual([1, 2, 4]);
});

test('leaves out what is withdrawn, or will be; messages that were sent have the previous position', async () => {
  const { id } = await delivering.open(receiver);
  const [first, second, third] = await delivering.publish(4);
  await delivering.change(second as string, 0, null);
  const answered = async (query = '') =>
    (await world.get(pathOf(id, query))).body.events.map((one: Record<string, unknown>) => [
      one.position,
      one.previousposition,
    ]);
  const unattempted = (...positions: number[]) => positions.map((position) => [position, undefined]);
  expect(await answered()).toEqual(unattempted(1, 3, 4, 5));
  await delivering.work(id);
  const sent = [
    [1, undefined],
    [3, 1],
    [4, 3],
    [5, 4],
  ];
  expect(await answered()).toEqual(sent);
  expect(await answered('after=2&limit=1')).toEqual([[3, 1]]);
  // A message that was sent before the retraction stays.
  await delivering.change(third as string, 0, null);
  await delivering.change(first as string, 0, null);
  expect(await answered()).toEqual([...sent, ...unattempted(6, 7)]);
});

test('never answers a previous position that differs from the one that is sent, even if a message is withdrawn meanwhile', async () => {
  const { id } = await delivering.open(receiver);
  const [, second] = await delivering.publish(3);
  const before = (await pulled(id)).map((text) => JSON.parse(text));
  expect(before.map(({ position }) => position)).toEqual([1, 2, 3]);
  await delivering.change(second as string, 0, null);
  await delivering.work(id);
  const sent = new Map(receiver.received.map(({ body }) => [body.id, body]));
  expect([...sent.values()].map((one) => [one.position, one.previousposition])).toEqual([
    [1, undefined],
    [3, 1],
    [4, 3],
  ]);
  for (const one of before) if (sent.has(one.id)) expect(sent.get(one.id)).toMatchObject(one);
});

test('leaves out what the filter of that time did not match', async () => {
  const { id } = await delivering.open(receiver, { filter: { statuses: ['confirmed'] } });
  await delivering.publish(1, { status: 'disputed' });
  await delivering.publish(1);
  await world.call('PATCH', `${endpointsPath}/${id}`, { body: { filter: {} } });
  await delivering.publish(1, { status: 'disputed' });
  await delivering.followWakes();
  expect(positionsOf(receiver.received)).toEqual([2, 3]);
  expect(await pulled(id)).toEqual(received());
});

test('still answers messages whose deliveries expired after 90 days', async () => {
  const { id } = await delivering.open(receiver, { filter: { statuses: ['confirmed'] } });
  await delivering.publish(2);
  await delivering.publish(1, { status: 'disputed' });
  await delivering.work(id);
  const sent = received();
  await forget(id);
  const now = Date.now;
  Date.now = () => now() + 91 * dayMs;
  try {
    expect(await pulled(id)).toEqual(withoutPrevious(sent));
  } finally {
    Date.now = now;
  }
});

/** Deletes expired items, as DynamoDB does. */
async function forget(id: string): Promise<void> {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
  for (const { pk, sk, expiresAt } of await itemsOf('Subscribers', `W#${id}`)) {
    if (expiresAt === undefined) continue;
    const Key = { pk: { S: String(pk) }, sk: { S: String(sk) } };
    await dynamodb.send(new DeleteItemCommand({ TableName: 'Subscribers', Key }));
  }
}

test('answers nothing beyond the checkpoint of fan-out, and returns that checkpoint', async () => {
  const { id } = await delivering.open(receiver);
  expect((await world.get(pathOf(id))).body).toEqual({ events: [], next: 0, head: 0 });
  await delivering.publish(2);
  const { body } = await world.get(pathOf(id, 'limit=1'));
  expect([body.events.length, body.next, body.head]).toEqual([1, 1, 2]);
  expect((await world.get(pathOf(id, 'after=2'))).body).toEqual({ events: [], next: 2, head: 2 });
  expect(await pulledPositions(id, 1)).toEqual([1, 2]);
});

test('refuses a position that the record has not come to', async () => {
  const { id } = await delivering.open(receiver);
  await delivering.publish(2);
  expect((await world.get(pathOf(id, 'after=3'))).body).toEqual(refused({ parameter: 'after' }));
});

test.each(['after=-1', 'after=01', 'after=1.5', 'after=', 'after=1e3', 'limit=0', 'before=3', 'after=1&after=2'])(
  'refuses %s',
  async (query) => {
    const { id } = await delivering.open(receiver);
    const { status, body } = await world.get(pathOf(id, query));
    expect([status, body.errors[0].parameter]).toEqual([400, query.split('=')[0]]);
  },
);

test('is 404 for another newsroom', async () => {
  const { id } = await delivering.open(receiver);
  expect((await world.call('GET', pathOf(id), { newsroom: 'daily' })).status).toBe(404);
  expect((await world.call('GET', pathOf(id), { scopes: 'events:write' })).status).toBe(403);
});
