import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localAccount } from '../../../local/engines/local-client.ts';
import type { LocalSystem } from '../../../local/system.ts';
import { startLocalSystem } from '../../../local/system.ts';
import type { Workspace } from '../support/fixture-stack.ts';
import { createWorkspace } from '../support/fixture-stack.ts';
import { eventually, recorded } from '../support/record.ts';

let workspace: Workspace;
let system: LocalSystem;
let tables: DynamoDBClient;
let queues: SQSClient;

async function start(): Promise<void> {
  const { dataFolder, templateFolder } = workspace;
  system = await startLocalSystem({ port: 0, dataFolder, templateFolder });
  tables = new DynamoDBClient({ ...localAccount, endpoint: system.endpoint });
  queues = new SQSClient({ ...localAccount, endpoint: system.queuesEndpoint });
}

async function stop(): Promise<void> {
  tables?.destroy();
  queues?.destroy();
  await system?.stop();
}

beforeAll(async () => {
  workspace = await createWorkspace();
  await start();
});

afterAll(async () => {
  await stop();
  await workspace.remove();
});

async function put(sk: string, more: Record<string, { S: string } | { B: Uint8Array }> = {}): Promise<void> {
  const Item = { pk: { S: 'thing' }, sk: { S: sk }, ...more };
  await tables.send(new PutItemCommand({ TableName: system.outputs.ThingsTable, Item }));
}

async function consumedKeys(): Promise<unknown> {
  await system.whenIdle();
  return (await recorded(workspace.record, 'consume')).flat();
}

async function receiveFrom(url: string | undefined): Promise<unknown> {
  const { Messages } = await queues.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 }));
  return Messages?.[0]?.Body;
}

describe('a function that consumes a stream', () => {
  test('gets the records that match the filter, in the form of Lambda', async () => {
    await put('R#first', { image: { B: new Uint8Array([1, 2, 255]) } });
    await put('M#first');
    expect(await consumedKeys()).toEqual(['R#first']);
    expect(await recorded(workspace.record, 'first')).toEqual([
      {
        eventID: expect.any(String),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { pk: { S: 'thing' }, sk: { S: 'R#first' } },
          NewImage: { pk: { S: 'thing' }, sk: { S: 'R#first' }, image: { B: 'AQL/' } },
          SequenceNumber: expect.stringMatching(/^\d+$/),
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_IMAGE',
        },
        eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:.*:table\/Things\/stream\/.+/),
      },
    ]);
  });

  test('gets a record again until it no longer reports it as failed', async () => {
    await put('R#flaky');
    await put('R#after');
    expect(((await consumedKeys()) as string[]).slice(1).filter((key) => key === 'R#flaky')).toHaveLength(3);
    expect(((await consumedKeys()) as string[]).at(-1)).toBe('R#after');
  });

  test('goes on after records that fail permanently, which go to the destination of the mapping', async () => {
    await put('R#poison');
    await system.whenIdle();
    await put('R#antidote');
    expect(((await consumedKeys()) as string[]).at(-1)).toBe('R#antidote');
    const message = JSON.parse(String(await receiveFrom(system.outputs.DiscardedUrl)));
    expect(message).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
  });

  test('gets the records that were written while it did not run, and no processed ones, after a restart', async () => {
    const before = (await consumedKeys()) as string[];
    await stop();
    await start();
    await put('R#restarted');
    expect(((await consumedKeys()) as string[]).slice(before.length)).toEqual(['R#restarted']);
  });
});

describe('another function that consumes the same stream', () => {
  test('gets the records that match its own filter', async () => {
    const before = await recorded(workspace.record, 'consume');
    await put('CHECKPOINT');
    await put('CHECKPOINT', { position: { S: '2' } });
    await system.whenIdle();
    expect((await recorded(workspace.record, 'follow')).flat()).toEqual(['INSERT', 'MODIFY']);
    expect(await recorded(workspace.record, 'consume')).toEqual(before);
  });
});

describe('a function that consumes a queue', () => {
  test('gets each message; those that it reports as failed return, and finally go to the dead-letter queue', async () => {
    const QueueUrl = system.outputs.WorkUrl;
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'good' }));
    await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: 'bad' }));
    const bodies = async () => (await recorded(workspace.record, 'labour')).flat();
    const seen = await eventually(bodies, (found) => found.length === 3);
    expect(seen.toSorted()).toEqual(['bad', 'bad', 'good']);
    expect(await eventually(() => receiveFrom(system.outputs.DeadUrl), Boolean)).toBe('bad');
    expect(await bodies()).toHaveLength(3);
  });
});

describe('a function that wakes itself through its queue', () => {
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
  const begin = (QueueUrl: string | undefined) => queues.send(new SendMessageCommand({ QueueUrl, MessageBody: '1' }));

  test('is stopped after 16 invocations of one chain, as Lambda stops it; another chain begins anew', async () => {
    const seen = () => recorded(workspace.record, 'Stopped');
    await begin(system.outputs.StoppedUrl);
    await eventually(seen, (found) => found.length === 16);
    await begin(system.outputs.StoppedUrl);
    await eventually(seen, (found) => found.length === 32);
    await system.whenIdle();
    expect(await seen()).toEqual([...upTo(16), ...upTo(16)]);
  });

  test('goes on if the stack allows it', async () => {
    await begin(system.outputs.AllowedUrl);
    const seen = await eventually(
      () => recorded(workspace.record, 'Allowed'),
      (found) => found.length === 20,
    );
    expect(seen).toEqual(upTo(20));
  });
});

describe('a function that consumes a queue in order', () => {
  const urlOf = (name: string) => `${system.queuesEndpoint}/000000000000/${name}.fifo`;
  const lines = async () => (await recorded(workspace.record, 'queue')) as string[];
  const linesOf = async (group: string) => (await lines()).filter((line) => line.startsWith(`${group} `));

  async function send(queue: string, group: string, ...bodies: string[]): Promise<void> {
    const Entries = bodies.map((MessageBody, index) => ({
      Id: String(index),
      MessageBody,
      MessageGroupId: group,
      MessageDeduplicationId: `${group} ${index}`,
    }));
    await queues.send(new SendMessageBatchCommand({ QueueUrl: urlOf(queue), Entries }));
  }

  test('gets messages of a group in order; a failed message is retried before later ones, until it is a dead letter', async () => {
    await send('InOrder', 'a', 'first', 'bad', 'last');
    await eventually(
      () => linesOf('a'),
      (found) => found.includes('a ends last'),
    );
    const steps = ['first', 'bad', 'bad', 'last'].flatMap((body) => [`a begins ${body}`, `a ends ${body}`]);
    expect(await linesOf('a')).toEqual(steps);
    expect(await receiveFrom(urlOf('DeadInOrder'))).toBe('bad');
  });

  test('gets messages of other groups meanwhile, more at once if they take long', async () => {
    const groups = Array.from({ length: 8 }, (_, index) => `group-${index}`);
    await Promise.all(groups.map((group) => send('Patient', group, 'long', 'last')));
    const groupLines = async () => (await lines()).filter((line) => line.startsWith('group-'));
    const seen = await eventually(groupLines, (found) => found.length === 4 * groups.length);
    let atOnce = 0;
    const depths = seen.map((line) => {
      atOnce += line.includes(' begins ') ? 1 : -1;
      return atOnce;
    });
    expect(Math.max(...depths)).toBeGreaterThan(5);
    for (const group of groups) {
      const steps = ['long', 'last'].flatMap((body) => [`${group} begins ${body}`, `${group} ends ${body}`]);
      expect(seen.filter((line) => line.startsWith(`${group} `))).toEqual(steps);
    }
  });

  test('gets each message after the delay of the queue, and a duplicate once', async () => {
    await send('InOrder', 'once', 'this');
    await send('InOrder', 'once', 'this');
    await eventually(
      () => linesOf('once'),
      (found) => found.length === 2,
    );
    await system.whenIdle();
    expect(await linesOf('once')).toEqual(['once begins this', 'once ends this']);
    const [waited] = (await recorded(workspace.record, 'waitedMs')).slice(-1);
    expect(waited).toBeGreaterThanOrEqual(1_000);
  });
});
