import {
  type AttributeValue,
  TransactionCanceledException,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { eventWith, recordedRevision } from '../../events/given.ts';
import { developmentWith } from '../../events/samples.ts';
import { readFeed } from '../../support/models/timelines-model.ts';
import { lambdaContext } from '../../support/world/gateway-event.ts';
import { type Asked, type Fate, interfere } from '../../support/world/interference.ts';
import { itemBytes } from '../../support/world/item-size.ts';
import { type ParkedQueue, startParkedQueue } from '../../support/world/parked-queue.ts';
import { emptyTable, itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

let world: World;
let queue: ParkedQueue;
let fateOf: (asked: Asked) => Fate;
let append: typeof import('../../../functions/lib/event-log/log.ts').append;

beforeAll(async () => {
  queue = await startParkedQueue();
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, (asked) => fateOf(asked));
  ({ append } = await import('../../../functions/lib/event-log/log.ts'));
});
beforeEach(async () => {
  fateOf = () => 'done';
  await emptyTable('EventLog');
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await world.stop();
  await queue.stop();
});

/** Records events of these ids without anything following, and returns their public ids. */
async function record(...ids: string[]): Promise<string[]> {
  const revisions = ids.map((id) => recordedRevision(eventWith({}, { id })));
  await Promise.all(revisions.map((revision) => append(revision, 'request-1')));
  return revisions.map(({ eventId }) => eventId);
}

const places = async () => (await readFeed()).map(({ position, eventId, revision }) => [position, eventId, revision]);

/** The number of entries in each transaction from now on. */
function transactions(): number[] {
  const sizes: number[] = [];
  fateOf = ({ command, input }) => {
    if (command === 'TransactWriteItemsCommand') sizes.push(input.TransactItems.length / 2);
    return 'done';
  };
  return sizes;
}

/** The number of calls of each kind from now on. */
function calls(): Record<string, number> {
  const counted: Record<string, number> = {};
  fateOf = ({ command }) => {
    counted[command] = (counted[command] ?? 0) + 1;
    return 'done';
  };
  return counted;
}

const cancelled = (Code: string) =>
  new TransactionCanceledException({ message: Code, $metadata: {}, CancellationReasons: [{ Code: 'None' }, { Code }] });

const holds = ({ TransactItems = [] }: TransactWriteItemsCommandInput, eventId: string) =>
  TransactItems.some(({ Put }) => Put?.Item?.pk?.S === `E#${eventId}`);

describe('sequencing', () => {
  test('gives an event its position in the record', async () => {
    const { body } = await world.call('POST', '/v1/events', { body: developmentWith({}, { id: 'a' }) });
    const before = Date.now();
    expect(await world.sequence(body.id)).toEqual({ batchItemFailures: [] });
    const [entry, ...others] = await itemsOf('EventLog', 'F');
    expect(others).toEqual([]);
    expect(entry).toEqual({
      pk: 'F',
      sk: '000000000001',
      v: 2,
      position: 1,
      publishedAt: expect.any(String),
      eventId: body.id,
      revision: 0,
      kind: 'recorded',
      type: 'development.reported',
      story: 'karabakh-2020',
      recordedAt: body.recordedAt,
      correlationId: 'request-1',
      values:
        '{"x":[[1606780800000,1606867199999,"2020-12-01","2020-12-01","point"]],"s":["karabakh-2020"],"t":["development.reported"],"u":["confirmed"],"w":["example"]}',
    });
    expect(Date.parse(entry?.publishedAt as string)).toBeGreaterThanOrEqual(before);
    expect(await itemsOf('EventLog', 'E#')).toContainEqual({
      pk: `E#${body.id}`,
      sk: 'M#000000',
      v: 2,
      kind: 'recorded',
      position: 1,
      publishedAt: entry?.publishedAt,
      times: [0, 1].map(() => Date.parse(entry?.publishedAt as string).toString(36)).join(';'),
    });
  });

  test('publishes every appended revision of an event, lowest first, whichever revision the stream record names', async () => {
    const [id] = await record('a');
    for (const revision of [1, 2]) {
      await append(
        { ...recordedRevision(eventWith({ headline: `${revision}` }, { id: 'a' })), revision, kind: 'corrected' },
        'r',
      );
    }
    await world.sequence(id as string);
    expect(await places()).toEqual([
      [1, id, 0],
      [2, id, 1],
      [3, id, 2],
    ]);
  });

  test('changes nothing for a published revision or an unknown event', async () => {
    const [id] = await record('a');
    await world.sequence(id as string);
    const before = await itemsOf('EventLog');
    const sizes = transactions();
    await world.sequence(id as string, `evt_${'a'.repeat(26)}`, id as string);
    expect(sizes).toEqual([]);
    expect(await itemsOf('EventLog')).toEqual(before);
  });

  test('puts at most 50 revisions into a transaction', async () => {
    const ids = await record(...Array.from({ length: 101 }, (_, index) => `event-${index}`));
    const sizes = transactions();
    await world.sequence(...ids);
    expect(sizes).toEqual([50, 50, 1]);
    expect(await places()).toEqual(ids.map((id, index) => [index + 1, id, 0]));
  });

  test('asks the partition of the feed for less than a second of its writes at once, however much the entries carry', async () => {
    const name = (index: number, n: number) => `${'場'.repeat(190)} ${index} ${n}`;
    const revisions = Array.from({ length: 60 }, (_, index) => {
      const actors = Array.from({ length: 16 }, (_actor, n) => ({ name: name(index, n) }));
      return recordedRevision(eventWith({ actors }, { id: `event-${index}` }));
    });
    await Promise.all(revisions.map((revision) => append(revision, 'r')));
    const units: number[] = [];
    fateOf = ({ command, input }) => {
      if (command !== 'TransactWriteItemsCommand') return 'done';
      const inFeed = input.TransactItems.map(
        ({ Put }: { Put: { Item: Record<string, AttributeValue> } }) => Put.Item,
      ).filter(({ pk }: Record<string, AttributeValue>) => pk?.S === 'F');
      // A write in a transaction costs twice what it costs alone.
      units.push(
        inFeed.reduce(
          (sum: number, item: Record<string, AttributeValue>) => sum + 2 * Math.ceil(itemBytes(item) / 1_024),
          0,
        ),
      );
      return 'done';
    };
    await world.sequence(...revisions.map(({ eventId }) => eventId));
    expect(await readFeed()).toHaveLength(60);
    // They would not be bounded by their number alone.
    expect(units.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...units)).toBeGreaterThan(200);
    expect(Math.max(...units)).toBeLessThanOrEqual(1_000);
  });

  test('does not put the content of revisions into a transaction', async () => {
    const summary = '場'.repeat(20_000);
    const revisions = Array.from({ length: 60 }, (_, index) =>
      recordedRevision(eventWith({ summary }, { id: `event-${index}` })),
    );
    await Promise.all(revisions.map((revision) => append(revision, 'r')));
    let bytes = 0;
    fateOf = ({ command, input }) => {
      if (command === 'TransactWriteItemsCommand') bytes = Math.max(bytes, JSON.stringify(input).length);
      return 'done';
    };
    await world.sequence(...revisions.map(({ eventId }) => eventId));
    expect(bytes).toBeLessThan(100_000);
    expect(await readFeed()).toHaveLength(60);
  });

  test('sets a publishedAt later than the last one, even if the clock was set back', async () => {
    const ids = await record('a', 'b');
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 3_600_000);
    await world.sequence(ids[0] as string);
    clock.mockReturnValue(now);
    await world.sequence(ids[1] as string);
    const times = (await readFeed()).map(({ publishedAt }) => Date.parse(publishedAt));
    expect(times).toEqual([now + 3_600_000, now + 3_600_001]);
  });
});

describe('a transient failure of sequencing', () => {
  test('is retried at once if another transaction was in progress', async () => {
    const ids = await record('a', 'b');
    let conflicts = 3;
    fateOf = ({ command }) => {
      if (command === 'TransactWriteItemsCommand' && conflicts-- > 0) throw cancelled('TransactionConflict');
      return 'done';
    };
    expect(await world.sequence(...ids)).toEqual({ batchItemFailures: [] });
    expect(conflicts).toBe(-1);
    expect(await places()).toEqual(ids.map((id, index) => [index + 1, id, 0]));
  });

  test('halves the transaction if the partition of the feed is throttled, and doubles it again', async () => {
    const ids = await record(...Array.from({ length: 60 }, (_, index) => `event-${index}`));
    const sizes: number[] = [];
    fateOf = ({ command, input }) => {
      if (command !== 'TransactWriteItemsCommand') return 'done';
      const size = input.TransactItems.length / 2;
      sizes.push(size);
      if (size > 12) throw cancelled('ThrottlingError');
      return 'done';
    };
    expect(await world.sequence(...ids)).toEqual({ batchItemFailures: [] });
    expect(sizes).toEqual([50, 25, 12, 24, 12, 24, 12, 24, 12, 12]);
    expect(await places()).toEqual(ids.map((id, index) => [index + 1, id, 0]));
  });

  test('is retried with the next position if the position was taken', async () => {
    const ids = await record('a', 'b');
    let overtaken = false;
    fateOf = ({ command }) => {
      if (command !== 'TransactWriteItemsCommand' || overtaken) return 'done';
      overtaken = true;
      throw cancelled('ConditionalCheckFailed');
    };
    await world.sequence(...ids);
    expect(await places()).toEqual(ids.map((id, index) => [index + 1, id, 0]));
  });
  test('publishes nothing twice if only the response of DynamoDB was lost', async () => {
    const ids = await record('a', 'b');
    let lost = false;
    fateOf = ({ command }) => {
      if (command !== 'TransactWriteItemsCommand' || lost) return 'done';
      lost = true;
      return 'answer lost';
    };
    await world.sequence(...ids);
    expect(await places()).toEqual(ids.map((id, index) => [index + 1, id, 0]));
  });
  test('to read an event leaves the retry to the stream and writes nothing', async () => {
    const ids = await record('a', 'b');
    fateOf = ({ command }) => (command === 'QueryCommand' ? 'never sent' : 'done');
    await expect(world.sequence(...ids)).rejects.toThrow('The connection timed out.');
    expect(await places()).toEqual([]);
    expect(queue.sent()).toEqual([]);
  });
});

describe('an event that can never be sequenced', () => {
  /** What a stream brings of these revisions. */
  const records = (...keys: [string, string][]) =>
    ({
      Records: keys.map(([id, sk]) => ({ dynamodb: { Keys: { pk: { S: `E#${id}` }, sk: { S: sk } } } })),
    }) as unknown as DynamoDBStreamEvent;

  async function sequence(event: DynamoDBStreamEvent) {
    const { handler } = await import('../../../functions/sequence.ts');
    return handler(event, lambdaContext);
  }

  test('is parked by the keys in the stream record, and does not stop the others', async () => {
    const [first, second] = await record('a', 'b');
    const broken = `evt_${'b'.repeat(26)}`;
    await putItem('EventLog', { pk: `E#${broken}`, sk: 'R#000000', kind: 'recorded', event: '{"type":' });
    const event = records(
      [first as string, 'R#000000'],
      [broken, 'R#000000'],
      [broken, 'R#000001'],
      [second as string, 'R#000000'],
    );
    expect(await sequence(event)).toEqual({ batchItemFailures: [] });
    expect(await places()).toEqual([
      [1, first, 0],
      [2, second, 0],
    ]);
    expect(queue.sent()).toEqual([
      { pk: `E#${broken}`, sk: 'R#000000' },
      { pk: `E#${broken}`, sk: 'R#000001' },
    ]);
  });
  test('is found among the other events of its transaction', async () => {
    const ids = await record('a', 'b', 'c', 'd');
    const [, refused] = ids as [string, string];
    fateOf = ({ command, input }) => {
      if (command === 'TransactWriteItemsCommand' && holds(input, refused)) throw cancelled('ValidationError');
      return 'done';
    };
    const before = queue.sent().length;
    await sequence(records(...ids.map((id): [string, string] => [id, 'R#000000'])));
    const others = ids.filter((id) => id !== refused);
    expect(await places()).toEqual(others.map((id, index) => [index + 1, id, 0]));
    expect(queue.sent().slice(before)).toEqual([{ pk: `E#${refused}`, sk: 'R#000000' }]);
  });
  test('is retried by the stream if it cannot be parked', async () => {
    const [id] = await record('a');
    const broken = `evt_${'c'.repeat(26)}`;
    await putItem('EventLog', { pk: `E#${broken}`, sk: 'R#000000', kind: 'recorded', event: '' });
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    jest.spyOn(SQSClient.prototype, 'send').mockImplementation(() => Promise.reject(new Error('There is no queue.')));
    await expect(sequence(records([broken, 'R#000000'], [id as string, 'R#000000']))).rejects.toThrow(
      'There is no queue.',
    );
    expect(await places()).toEqual([[1, id, 0]]);
  });
});

test('Events that do not fit into one transaction are read once', async () => {
  const eventIds = await record(...Array.from({ length: 120 }, (_, index) => `event-${index}`));
  const counted = calls();
  await world.sequence(...eventIds);
  // One query for each event, and one of the head for each transaction.
  expect(counted).toEqual({ QueryCommand: 120 + 3, TransactWriteItemsCommand: 3 });
  fateOf = () => 'done';
  expect((await places()).map(([position]) => position)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
});
