import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { hourMs } from '../../../events/dates/durations.ts';
import { maximumRefusedAttempts } from '../../../events/webhooks/delivery-timing.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { endpointsPath } from '../../support/receivers/endpoints.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

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
});
afterEach(() => receiver.stop());
afterAll(() => world.stop());

const receipts = (id: string, query = '', call: object = {}) =>
  world.call('GET', `/v1/events/${id}/receipts${query && `?${query}`}`, call);

const act = (id: string, action: string, newsroom: string) =>
  world.call('POST', `${endpointsPath}/${id}/${action}`, { newsroom });

/** The status of each endpoint, by id. */
async function statuses(event: string): Promise<Record<string, string>> {
  const { body } = await receipts(event);
  return Object.fromEntries(
    body.receipts.map((one: { endpoint: string; status: string }) => [one.endpoint, one.status]),
  );
}

test('show which revision each endpoint of any newsroom acknowledged, and which endpoints have not yet', async () => {
  const { id: prompt } = await delivering.open(receiver, {}, { newsroom: 'daily' });
  const { id: late } = await delivering.open(receiver);
  await delivering.open(receiver, { filter: { stories: ['another'] } });
  const [event] = (await delivering.publish(1)) as [string];
  await delivering.followWakes();
  await delivering.change(event, 0, { headline: 'Corrected' });
  await delivering.work(prompt);
  const { status, headers, body } = await receipts(event);
  expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
  const shown = (endpoint: string, owner: string, current: boolean) => ({
    endpoint,
    owner,
    revision: current ? 1 : 0,
    acknowledgedAt: instant,
    current,
    status: current ? 'acknowledged' : 'pending',
  });
  expect(body).toEqual({
    id: event,
    revision: 1,
    position: 2,
    endpoints: 2,
    acknowledged: 1,
    receipts: [shown(prompt, 'daily', true), shown(late, 'example', false)].sort((one, other) =>
      one.endpoint < other.endpoint ? -1 : 1,
    ),
    next: null,
  });
});

test('show why an endpoint has not acknowledged the current revision', async () => {
  const open = async () => (await delivering.open(receiver, {}, { newsroom: 'daily' })).id;
  const [waits, fails, disabled, parked, skipped, deleted] = (await Promise.all(Array.from({ length: 6 }, open))) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const [event] = (await delivering.publish(1)) as [string];
  receiver.otherwise(503);
  await delivering.work(fails);
  receiver.otherwise(422);
  for (let attempts = 0; attempts < maximumRefusedAttempts; attempts++) {
    await delivering.work(parked, 'slow');
    delivering.pass(hourMs);
  }
  await act(disabled, 'disable', 'daily');
  await act(skipped, 'disable', 'daily');
  await world.call('POST', `${endpointsPath}/${skipped}/enable`, { newsroom: 'daily', body: { resumeFrom: 'now' } });
  await world.call('DELETE', `${endpointsPath}/${deleted}`, { newsroom: 'daily' });
  expect(await statuses(event)).toEqual({
    [waits]: 'pending',
    [fails]: 'retrying',
    [disabled]: 'disabled',
    [parked]: 'parked',
    [skipped]: 'skipped',
    [deleted]: 'deleted',
  });
  // The previous revision was parked. The correction is about to be sent.
  await delivering.change(event, 0, { headline: 'Corrected' });
  expect(await statuses(event)).toMatchObject({ [parked]: 'pending', [disabled]: 'disabled' });
});

test('of a retraction are those of all recipients of the event', async () => {
  const { id } = await delivering.open(receiver);
  const [event] = (await delivering.publish(1)) as [string];
  await delivering.followWakes();
  await delivering.change(event, 0, null);
  expect((await receipts(event)).body).toMatchObject({ revision: 1, endpoints: 1, acknowledged: 0 });
  await delivering.followWakes();
  expect((await receipts(event)).body).toMatchObject({
    acknowledged: 1,
    receipts: [{ endpoint: id, revision: 1, current: true, status: 'acknowledged' }],
  });
});

test('of a redaction show whether each recipient of the original acknowledged it, and nothing of the event', async () => {
  const { id: prompt } = await delivering.open(receiver);
  const { id: late } = await delivering.open(receiver);
  const [event] = (await delivering.publish(1, { headline: 'Zarifa' })) as [string];
  await delivering.followWakes();
  await redactions.takeDown(event);
  await delivering.work(prompt);
  await redactions.forget(event);
  const shown = (endpoint: string, current: boolean) => ({
    endpoint,
    owner: 'example',
    revision: current ? 1 : 0,
    acknowledgedAt: instant,
    current,
    status: current ? 'acknowledged' : 'pending',
  });
  const { status, body } = await receipts(event);
  expect([status, body]).toEqual([
    200,
    {
      id: event,
      revision: 1,
      position: 2,
      endpoints: 2,
      acknowledged: 1,
      receipts: [shown(prompt, true), shown(late, false)].sort((one, other) =>
        one.endpoint < other.endpoint ? -1 : 1,
      ),
      next: null,
    },
  ]);
  await delivering.work(late);
  expect((await receipts(event)).body).toMatchObject({ endpoints: 2, acknowledged: 2 });
});

test('are answered in pages, each endpoint once', async () => {
  const opened: string[] = [];
  for (let count = 0; count < 5; count++) opened.push((await delivering.open(receiver)).id);
  const [event] = (await delivering.publish(1)) as [string];
  const seen: string[] = [];
  for (let after = ''; ; ) {
    const { body, headers } = await receipts(event, `limit=2${after && `&after=${after}`}`);
    expect([body.endpoints, headers.link !== undefined]).toEqual([5, body.next !== null]);
    seen.push(...body.receipts.map(({ endpoint }: { endpoint: string }) => endpoint));
    if (body.next === null) break;
    after = body.next;
  }
  expect(seen).toEqual(opened.sort());
});

test('of an event that thousands of endpoints received count at most five thousand, and a page reads no more', async () => {
  const [event] = (await delivering.publish(1)) as [string];
  const { recordRecipients } = await import('../../../functions/lib/subscribers/deliveries/recipients.ts');
  const { newEndpointId } = await import('../../../functions/lib/subscribers/endpoints/endpoints.ts');
  const gone = Array.from({ length: 5_100 }, () => ({
    eventId: event,
    endpoint: { id: newEndpointId(), owner: 'daily' },
    revisions: [{ position: 1, revision: 0 }],
  }));
  await recordRecipients(gone);
  const last = gone
    .map(({ endpoint }) => endpoint.id)
    .sort()
    .at(-2);
  const { status, body } = await receipts(event, `after=${last}`);
  expect([status, body.endpoints, body.receipts.length, body.next]).toEqual([200, 5_000, 1, null]);
});

test('of an event without recipients are empty', async () => {
  const [event] = (await delivering.publish(1)) as [string];
  expect((await receipts(event)).body).toEqual({
    id: event,
    revision: 0,
    position: 1,
    endpoints: 0,
    acknowledged: 0,
    receipts: [],
    next: null,
  });
});

test('are shown only to the newsroom that wrote the event', async () => {
  const [event] = (await delivering.publish(1)) as [string];
  expect((await receipts(event, '', { newsroom: 'daily' })).status).toBe(404);
  expect((await receipts(event, '', { scopes: 'events:write' })).status).toBe(403);
  expect((await receipts(`evt_${'a'.repeat(26)}`)).status).toBe(404);
  expect((await receipts('evt_none')).status).toBe(404);
});

test.each(['after=wh_none', 'after=', 'limit=0', 'cursor=a', 'limit=1&limit=1'])(
  'are refused for %s',
  async (query) => {
    const [event] = (await delivering.publish(1)) as [string];
    const { status, body } = await receipts(event, query);
    expect([status, body.errors[0].parameter]).toEqual([400, query.split('=')[0]]);
  },
);
