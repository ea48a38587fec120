import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context, SQSEvent } from 'aws-lambda';
import { endpointDisabledType } from '../../../events/webhooks/operational-types.ts';
import { correctedRevision, eventWith, recordedRevision } from '../../events/given.ts';
import { createdEndpoint, endpointsPath, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

type Item = Record<string, unknown>;

const load = async () => ({
  append: (await import('../../../functions/lib/event-log/log.ts')).append,
  endpoints: await import('../../../functions/lib/subscribers/endpoints/endpoints.ts'),
  states: await import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts'),
  secrets: await import('../../../functions/lib/subscribers/endpoints/endpoint-secrets.ts'),
  active: await import('../../../functions/lib/subscribers/endpoints/active-endpoints.ts'),
  due: await import('../../../functions/lib/subscribers/endpoints/due-endpoints.ts'),
  deliveries: await import('../../../functions/lib/subscribers/deliveries/deliveries.ts'),
  lists: await import('../../../functions/lib/subscribers/deliveries/delivery-lists.ts'),
  attempts: await import('../../../functions/lib/subscribers/deliveries/attempts.ts'),
  recipients: await import('../../../functions/lib/subscribers/deliveries/recipients.ts'),
  limits: await import('../../../functions/lib/subscribers/endpoints/request-counters.ts'),
  checkpoint: await import('../../../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts'),
  operational: await import('../../../functions/lib/deliver/operational-messages.ts'),
  sweep: (await import('../../../functions/sweep.ts')).handler,
  deliverSlow: (await import('../../../functions/deliver-slow.ts')).handler,
});

const instant = '2026-11-22T10:00:00.000Z';
const now = Date.parse(instant);
const first = recordedRevision(eventWith({}, { id: 'first' }));
const second = correctedRevision(first, 'A slip', { headline: 'b' }, { ...first.event.data, headline: 'b' });
const filter = { types: [first.event.type, endpointDisabledType] };
const attempt = { at: instant, outcome: '500', durationMs: 12, answer: 'out of order' };
const message = { id: 'm-1', about: 'wh_other', type: endpointDisabledType, time: instant, data: { reason: 'gone' } };

let world: World;
let subscribers: Subscribers;
let room: Awaited<ReturnType<typeof load>>;
let errors: jest.SpiedFunction<(message: never) => void>;

/** The endpoint that has an item of every kind, and another endpoint of its owner. */
let id: string;
let other: string;

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  room = await load();
  const { logger } = await import('../../../functions/lib/runtime/observability.ts');
  errors = jest.spyOn(logger, 'error').mockImplementation(() => undefined) as typeof errors;
});
beforeEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
  ({ id } = await createdEndpoint(world, { filter }));
  ({ id: other } = await createdEndpoint(world, { filter: { stories: ['another'] } }));
  await verifyEndpoint(id, now);
  await verifyEndpoint(other, now);
  await publish(first);
  await subscribers.backfill(id);
  await room.deliveries.startDelivery(id, 1, null, instant);
  await room.attempts.recordAttempt(id, 1, attempt);
  await room.recipients.acknowledgeRecipient(first.eventId, id, 0, instant);
  await room.operational.notifyOwner('example', message, instant);
  await room.limits.countPing('example', now);
  await room.limits.noteProof('example', 'https://example.org/', now);
  world.takeWakes();
  errors.mockClear();
});
afterAll(() => world.stop());

/** Appends, sequences, projects and fans out a revision. */
async function publish(revision: typeof first): Promise<void> {
  await room.append(revision, 'request-1');
  await world.settle(revision.eventId);
  await subscribers.fanOut();
}

async function itemAt(pk: string, sk: string): Promise<Item> {
  const item = (await itemsOf('Subscribers', pk)).find((one) => one.pk === pk && one.sk === sk);
  if (!item) throw new Error(`There is no item ${pk} ${sk}.`);
  return item;
}

const hour = instant;
const keys: Readonly<Record<string, () => [pk: string, sk: string]>> = {
  endpoint: () => [`W#${id}`, 'ENDPOINT'],
  'endpoint state': () => [`W#${id}`, 'STATE'],
  'endpoint secrets': () => [`S#${id}`, 'SECRETS'],
  'active endpoint': () => ['ACTIVE', `E#${id}`],
  'version of the active endpoints': () => ['ACTIVE', 'VERSION'],
  'due endpoint': () => ['DUE', id],
  delivery: () => [`W#${id}`, 'D#000000000001'],
  attempt: () => [`W#${id}`, 'A#000000000001#000001'],
  recipient: () => [`R#${first.eventId}`, id],
  'operational message': () => [`W#${id}`, `N#${instant}#wh_other`],
  'counter of requests': () => ['L#owner#example', hour],
  'proof of a host': () => ['L#host#example#example.org', 'PROOF'],
  'fan-out checkpoint': () => ['META', 'FAN_OUT'],
};

type Kind = keyof typeof keys;

/** The checkpoint of fan-out had another form before. */
const currentVersion = (pk: unknown) => (pk === 'META' ? 2 : 1);

const itemOf = (kind: Kind) => itemAt(...(keys[kind] as () => [string, string])());

/** Stores an item as another release would have written it. */
async function rewrite(kind: Kind, changes: Item): Promise<void> {
  const changed = Object.entries({ ...(await itemOf(kind)), ...changes }).filter(([, value]) => value !== undefined);
  await putItem('Subscribers', Object.fromEntries(changed));
}

function unknownVersion(kind: Kind) {
  const [pk, sk] = (keys[kind] as () => [string, string])();
  return `The ${kind} (pk ${pk}, sk ${sk}) has version 9; this release reads version ${currentVersion(pk)}. See "Upgrading and going back" in docs/operating.md.`;
}

function withoutAttribute(kind: Kind, attribute: string) {
  const [pk, sk] = (keys[kind] as () => [string, string])();
  return `The ${kind} (pk ${pk}, sk ${sk}) does not match version ${currentVersion(pk)}. ${attribute}: `;
}

const refused = (message: string) => ({ name: 'UnreadableItem', message: expect.stringContaining(message) });
const loggedErrors = () => errors.mock.calls.map(([text]) => String(text));
/** The endpoints that could not be served, and why, as it was logged. */
const unserved = () =>
  (errors.mock.calls as unknown as [string, { endpointId: string; error: Error }][])
    .filter(([text]) => text === 'An endpoint could not be served. The sweep wakes it again.')
    .map(([, { endpointId, error }]) => ({ endpointId, error: error.message }));

test('every item but those of the lists of owners stores its version', async () => {
  const items = (await itemsOf('Subscribers')).filter(({ pk }) => !String(pk).startsWith('O#'));
  expect(items.map(({ pk, sk, v }) => ({ pk, sk, v }))).toEqual(
    items.map(({ pk, sk }) => ({ pk, sk, v: currentVersion(pk) })),
  );
  for (const kind of Object.keys(keys)) expect(await itemOf(kind)).toMatchObject({ v: expect.any(Number) });
});

async function queuedOperational(): Promise<object[]> {
  const queued: object[] = [];
  for await (const one of room.operational.queuedOperational(id)) queued.push(one);
  return queued;
}

describe('reading an item of an unknown version, or without an attribute, throws an error that names it:', () => {
  test.each<[Kind, string, () => Promise<unknown>]>([
    ['endpoint', 'url', () => room.endpoints.readEndpoint(id)],
    ['endpoint state', 'sendAfter', () => room.states.readState(id)],
    ['endpoint state', 'queue', () => room.states.takeLease(id, 'worker', now)],
    ['endpoint secrets', 'secrets', () => room.secrets.readSecrets(id, now)],
    ['endpoint secrets', 'secrets', () => room.secrets.rotateSecret(id, 'whsec_new', 0, now)],
    ['version of the active endpoints', 'epochSum', () => room.active.readActiveEndpoints()],
    ['due endpoint', 'mark', () => room.due.readDueMark(id)],
    ['delivery', 'eventId', () => room.lists.readDelivery(id, 1)],
    ['delivery', 'status', () => room.lists.deliveriesAfter(id, 0, 10, 10)],
    ['delivery', 'queuedAt', () => room.lists.listDeliveries(id, { after: null, limit: 10 })],
    ['delivery', 'type', () => room.deliveries.startDelivery(id, 1, null, instant)],
    ['recipient', 'firstPosition', () => room.recipients.readRecipient(first.eventId, id)],
    ['fan-out checkpoint', 'parked', () => room.checkpoint.readFanOutCheckpoint('consistent')],
  ])('%s without %s', async (kind, attribute, read) => {
    const whole = await itemOf(kind);
    await rewrite(kind, { v: 9 });
    await expect(read()).rejects.toMatchObject(refused(unknownVersion(kind)));
    await putItem('Subscribers', whole);
    await rewrite(kind, { [attribute]: undefined });
    await expect(read()).rejects.toMatchObject(refused(withoutAttribute(kind, attribute)));
  });

  test('a counter of requests, which then says nothing about the limit', async () => {
    await rewrite('counter of requests', { v: 9 });
    await expect(room.limits.countPing('example', now)).rejects.toMatchObject(
      refused(unknownVersion('counter of requests')),
    );
    expect(await itemOf('counter of requests')).toMatchObject({ v: 9 });
  });
});

describe('an item is read as it was written:', () => {
  test('an endpoint with its state and its secrets', async () => {
    const { epoch } = await itemOf('endpoint state');
    expect(await room.endpoints.readEndpoint(id)).toEqual({
      id,
      owner: 'example',
      url: 'http://127.0.0.1:9/hook',
      description: null,
      filter,
      maxInFlight: 1,
      contact: 'desk@example.org',
      createdAt: expect.any(String),
      since: 0,
      verifiedAt: instant,
    });
    expect(await room.states.readState(id)).toEqual({
      id,
      status: 'active',
      epoch,
      sendAfter: 0,
      settledThrough: 0,
      failures: 0,
      queue: 'prompt',
      entryEpoch: epoch,
    });
    expect(await room.secrets.readSecrets(id, now)).toEqual([expect.stringMatching(/^whsec_/)]);
  });

  test('a state with every attribute', async () => {
    const state = await room.states.readState(id);
    const changes = {
      status: 'disabled',
      backfill: { next: 3, to: null, resend: true, resendThrough: 7 },
      skipped: { after: 1, through: 2 },
      lastPosition: 1,
      failures: 2,
      firstFailureAt: instant,
      nextAttemptAt: instant,
      lastError: { at: instant, category: 'timeout', detail: 'It took too long.' },
      queue: 'slow',
      leaseBy: 'worker',
      leaseUntil: instant,
      verification: { challenge: 'c', requestedAt: instant, attempts: 1 },
      ping: { id: 'ping-1', requestedAt: instant },
      disabledReason: 'gone',
      mustNotifyOwner: true,
    } as const;
    const saved = await room.states.saveState(state as NonNullable<typeof state>, changes);
    expect(saved).toEqual({ ...state, ...changes });
    expect(await room.states.readState(id)).toEqual(saved);
  });

  test('the active endpoints', async () => {
    expect(await room.active.readActiveEndpoints()).toEqual({
      version: 2,
      change: expect.any(String),
      endpoints: expect.arrayContaining([
        { id, owner: 'example', filter, since: 0 },
        { id: other, owner: 'example', filter: { stories: ['another'] }, since: 0 },
      ]),
    });
  });

  test('a delivery with its attempts, and its recipient', async () => {
    const { event } = first;
    expect(await room.lists.readDelivery(id, 1)).toEqual({
      position: 1,
      eventId: first.eventId,
      revision: 0,
      kind: 'recorded',
      type: event.type,
      story: event.subject,
      publishedAt: expect.any(String),
      status: 'pending',
      previousPosition: null,
      attempts: 1,
      queuedAt: expect.any(String),
      startedAt: instant,
    });
    expect(await room.attempts.attemptsOf(id, { position: 1 })).toEqual([attempt]);
    expect(await room.recipients.readRecipient(first.eventId, id)).toEqual({
      endpointId: id,
      owner: 'example',
      firstPosition: 1,
      position: 1,
      revision: 0,
      acknowledgedRevision: 0,
      acknowledgedAt: instant,
    });
  });

  test('a due endpoint and an operational message', async () => {
    const due: unknown[] = [];
    for await (const one of room.due.dueEndpointsBy(Date.parse('9999-01-01'))) due.push(one);
    expect(due).toContainEqual({ id, owner: 'example', at: instant, queue: 'prompt' });
    expect(await queuedOperational()).toEqual([
      {
        id: 'm-1',
        body: JSON.stringify({
          specversion: '1.0',
          id: 'm-1',
          source: '/webhook-endpoints/wh_other',
          type: endpointDisabledType,
          time: instant,
          data: { reason: 'gone' },
        }),
        about: 'wh_other',
        time: instant,
        refusals: 0,
        expiresAt: Math.floor(now / 1_000) + 30 * 86_400,
      },
    ]);
  });
});

describe('an item that cannot be read keeps no other endpoint from being served:', () => {
  test.each([
    ['of an unknown version', { v: 9 }],
    ['without a filter', { filter: undefined }],
    ['without any attribute', { owner: undefined, filter: undefined, since: undefined, epoch: undefined }],
  ])('an active endpoint %s receives everything, and the others what they match', async (_, changes) => {
    await rewrite('active endpoint', changes);
    const anywhere = await subscribers.open();
    await publish(recordedRevision(eventWith({}, { id: 'third' })));
    await publish(recordedRevision({ ...eventWith({}, { id: 'fourth' }), subject: 'elsewhere' }));
    expect(await subscribers.positionsFor(id)).toEqual([1, 2, 3]);
    expect(await subscribers.positionsFor(anywhere)).toEqual([2, 3]);
    expect(loggedErrors()).toContainEqual(expect.stringContaining(`The active endpoint (pk ACTIVE, sk E#${id})`));
  });

  test('a recipient receives corrections, and its item stays as it is', async () => {
    await rewrite('recipient', { v: 9, firstPosition: 'one' });
    const before = await itemOf('recipient');
    await subscribers.filterBy(id, { stories: ['another'] });
    await publish(second);
    expect(await subscribers.positionsFor(id)).toEqual([1, 2]);
    await room.recipients.acknowledgeRecipient(first.eventId, id, 1, instant);
    expect(await itemOf('recipient')).toEqual(before);
    expect(loggedErrors()).toEqual([unknownVersion('recipient')]);
    expect(await subscribers.checkpoint()).toMatchObject({ position: 2, parked: 0 });
  });

  test('an attempt is left out of the attempts', async () => {
    await room.attempts.recordAttempt(id, 1, { ...attempt, outcome: '503' });
    await rewrite('attempt', { v: 9 });
    expect(await room.attempts.attemptsOf(id, { position: 1 })).toEqual([{ ...attempt, outcome: '503' }]);
    expect(loggedErrors()).toEqual([unknownVersion('attempt')]);
  });

  test('an operational message is left out of the messages', async () => {
    await rewrite('operational message', { v: 9 });
    expect(await queuedOperational()).toEqual([]);
    expect(loggedErrors()).toEqual([unknownVersion('operational message')]);
  });

  test.each([
    ['of an unknown version', { v: 9, at: instant }],
    ['without a time', { at: undefined }],
  ])('the sweep wakes a due endpoint %s, and writes it again', async (_, changes) => {
    await rewrite('due endpoint', changes);
    await room.sweep({} as never, context);
    expect(world.takeWakes()).toEqual(
      expect.arrayContaining([
        { endpointId: id, queue: 'slow' },
        { endpointId: other, queue: 'prompt' },
      ]),
    );
    expect(await itemOf('due endpoint')).toMatchObject({ v: 1, at: expect.any(String), queue: 'slow' });
  });

  test('the sweep wakes all due endpoints and follows the feed, though a state cannot be read', async () => {
    await rewrite('endpoint state', { v: 9 });
    await room.append(second, 'request-1');
    await world.settle(second.eventId);
    await room.sweep({} as never, context);
    expect(world.takeWakes()).toEqual(
      expect.arrayContaining([
        { endpointId: id, queue: 'prompt' },
        { endpointId: other, queue: 'prompt' },
      ]),
    );
    expect(await subscribers.checkpoint()).toMatchObject({ position: 2 });
    expect(loggedErrors()).toEqual([unknownVersion('endpoint state')]);
  });

  test.each<[Kind]>([['endpoint'], ['endpoint state'], ['endpoint secrets'], ['delivery']])(
    'of a batch of wakes, only that of the endpoint with an unreadable %s fails, which stays due',
    async (kind) => {
      for await (const queued of room.operational.queuedOperational(id))
        await room.operational.deleteOperational(id, queued);
      await rewrite(kind, { v: 9 });
      const Records = [id, other].map((endpointId) => ({
        messageId: endpointId,
        body: JSON.stringify({ endpointId }),
      }));
      await room.due.putDueEndpoint({ id, owner: 'example', at: instant, queue: 'slow' });
      await room.deliverSlow({ Records } as SQSEvent, context);
      expect(unserved()).toEqual([{ endpointId: id, error: unknownVersion(kind) }]);
      expect(await itemOf('due endpoint')).toMatchObject({ sk: id, at: instant, queue: 'slow' });
      expect(await room.states.readState(other)).toMatchObject({ status: 'active' });
    },
  );

  test('a settled delivery fails the wake of its endpoint, and no later delivery is parked for it', async () => {
    for await (const queued of room.operational.queuedOperational(id))
      await room.operational.deleteOperational(id, queued);
    await publish(second);
    await room.deliveries.settleDelivery(id, 1, 'acknowledged', instant);
    await subscribers.change(id, { sendAfter: 1, settledThrough: 1 });
    await rewrite('delivery', { v: 9 });
    const Records = [{ messageId: id, body: JSON.stringify({ endpointId: id }) }];
    await room.deliverSlow({ Records } as SQSEvent, context);
    expect(unserved()).toEqual([{ endpointId: id, error: unknownVersion('delivery') }]);
    expect(await room.lists.readDelivery(id, 2)).toMatchObject({ status: 'pending', attempts: 0 });
  });

  test.each<[Kind]>([['endpoint'], ['endpoint state']])(
    'the list of endpoints is without the one whose %s cannot be read, and a request for that one fails',
    async (kind) => {
      await rewrite(kind, { v: 9 });
      const { body } = await world.get(endpointsPath);
      expect(body.endpoints.map((one: { id: string }) => one.id)).toEqual([other]);
      expect((await world.get(`${endpointsPath}/${id}`)).status).toBe(500);
      expect((await world.get(`${endpointsPath}/${other}`)).status).toBe(200);
    },
  );

  test.each<[Kind]>([['recipient'], ['endpoint state'], ['delivery']])(
    'the receipts of an event are without the endpoint whose %s cannot be read',
    async (kind) => {
      const reader = await subscribers.open();
      await subscribers.backfill(reader);
      await publish(second);
      if (kind === 'delivery') await putItem('Subscribers', { ...(await itemAt(`W#${id}`, 'D#000000000002')), v: 9 });
      else await rewrite(kind, { v: 9 });
      const { body } = await world.get(`/v1/events/${first.eventId}/receipts`);
      expect(body.receipts.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([reader]);
    },
  );
});

const context = { awsRequestId: 'test', getRemainingTimeInMillis: () => 60_000 } as unknown as Context;
