import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { busyWork, storedBytes } from '../../../infra/costs/busy-work.ts';
import { idleWork } from '../../../infra/costs/idle-work.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { startReceiver } from '../../support/receivers/receiver.ts';
import { type Capacity, meterCapacity } from '../../support/world/capacity.ts';
import { itemBytes } from '../../support/world/item-size.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** What DynamoDB adds to each item (Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats"). */
const overheadBytes = 100;

let world: World;
let delivering: Delivering;
let take: () => Capacity;
let made = 0;

beforeAll(async () => {
  process.env.DISTRIBUTION_ID = 'none';
  world = await startWorld();
  delivering = await deliveringIn(world);
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  take = meterCapacity(dynamodb).take;
  // What stands at neither end of a timeline can move without anyone having to look for the new end.
  await world.post([event({ when: { edtf: '2020-11-01' } }), event({ when: { edtf: '2020-12-31' } })]);
  await delivering.subscribers.fanOut();
});
afterAll(() => world.stop());

/** 1,000 characters of prose: a text of one letter would take no room once it is compressed. */
const summary = readFileSync(new URL('../../../examples/karabakh-2020.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((line) => (line === '' ? [] : (JSON.parse(line).data.summary ?? [])))
  .join(' ')
  .slice(0, 1_000);

/** An event in five timelines. */
function event(more: object = {}) {
  made += 1;
  const places = [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }];
  const actors = [{ name: 'Armenia', iso3166: 'AM' }];
  return developmentWith({ when: { edtf: '2020-12-01' }, places, actors, ...more }, { id: `event-${made}` });
}

/** Posts some events, publishes and fans them out: the units for each. */
async function published(count: number): Promise<{ readonly reads: number; readonly writes: number }> {
  const events = Array.from({ length: count }, () => event());
  take();
  const { body } = await world.call('POST', '/v1/events', { body: count === 1 ? events[0] : events });
  await world.settle(...(count === 1 ? [body.id] : body.results.map(({ id }: { id: string }) => id)));
  await delivering.subscribers.fanOut();
  const { read, write } = take();
  return { reads: read / count, writes: write / count };
}

describe('An event takes the units that its price is made of,', () => {
  test('posted alone', async () => {
    const { reads, writes } = await published(1);
    // Of these requests, none is counted by chance: one in sixteen is.
    expect({ reads, writes: writes + 1 / 16 }).toMatchObject({
      reads: busyWork['events, each alone']?.reads,
      writes: busyWork['events, each alone']?.writes,
    });
  });

  test('posted with 49 others', async () => {
    const { reads, writes } = await published(50);
    const work = busyWork['events, 50 at a time'];
    expect(reads).toBeCloseTo(work?.reads ?? 0, 1);
    expect(writes).toBeCloseTo(work?.writes ?? 0, 1);
  });

  test('corrected', async () => {
    const { body } = await world.post(event());
    await delivering.subscribers.fanOut();
    take();
    await world.call('POST', `/v1/events/${body.id}/corrections`, {
      headers: { 'if-match': '"0"' },
      body: { note: 'Corrected.', data: { headline: 'Another headline' } },
    });
    await world.settle(body.id);
    await delivering.subscribers.fanOut();
    const { read, write } = take();
    const work = busyWork['corrections, each alone'];
    expect({ reads: read, writes: write + 1 / 16 }).toEqual({ reads: work?.reads, writes: work?.writes });
  });

  test('and the bytes, of nearly 1 KB', async () => {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const bytesIn = async (variable: string) => {
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: process.env[variable] ?? '' }));
      return Items.reduce((sum, item) => sum + itemBytes(item) + overheadBytes, 0);
    };
    const sizes = async () => [await bytesIn('EVENT_LOG_TABLE'), await bytesIn('TIMELINES_TABLE')] as const;
    const before = await sizes();
    await world.post(Array.from({ length: 20 }, () => event({ summary })));
    await delivering.subscribers.fanOut();
    const after = await sizes();
    const [log = 0, timelines = 0] = after.map((bytes, index) => (bytes - (before[index] ?? 0)) / 20);
    expect(log / storedBytes.EventLog).toBeCloseTo(1, 1);
    expect(timelines / storedBytes.Timelines).toBeCloseTo(1, 1);
  });
});

test.each([1, 10])('A message takes the units that its price is made of, %d at a time', async (count) => {
  const receiver = await startReceiver();
  try {
    const { id } = await delivering.open(receiver, { startAt: 'now' });
    await world.post(Array.from({ length: count }, () => event()));
    take();
    await delivering.subscribers.fanOut();
    const fannedOut = take();
    await delivering.work(id);
    const delivered = take();
    expect(receiver.received).toHaveLength(count);
    const work =
      busyWork[count === 1 ? 'messages to endpoints, each alone' : `messages to endpoints, ${count} at a time`];
    // The checkpoint of fan-out is counted with the events.
    expect((fannedOut.write - 4 + delivered.write) / count).toBeCloseTo(work?.writes ?? 0, 5);
    expect(delivered.read / count).toBeCloseTo(work?.reads ?? 0, 5);
    await delivering.subscribers.disable(id);
  } finally {
    await receiver.stop();
  }
});

describe('While nothing happens, an invocation by a schedule', () => {
  test.each(Object.keys(idleWork))(
    'of %s takes the units and publishes the metrics that its price is made of',
    async (name) => {
      const { handler } = await import(`../../../functions/${name}.ts`);
      const { Metrics } = await import('@aws-lambda-powertools/metrics');
      const original = Metrics.prototype.addMetric;
      const metrics = new Set<string>();
      Metrics.prototype.addMetric = function add(metric, ...rest) {
        metrics.add(metric);
        return original.call(this, metric, ...rest);
      };
      const context = { awsRequestId: name, getRemainingTimeInMillis: () => 60_000 };
      try {
        // The first run may find something to do.
        await handler({}, context);
        metrics.clear();
        take();
        await handler({}, context);
      } finally {
        Metrics.prototype.addMetric = original;
      }
      expect({ ...take(), metrics: [...metrics].sort() }).toMatchObject({
        read: idleWork[name]?.reads,
        write: 0,
        metrics: idleWork[name]?.metrics,
      });
    },
  );
});
