import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventSource } from '../../../local/sources/event-source.ts';
import { openStreamPositions } from '../../../local/sources/stream-positions.ts';
import { startStreamSource } from '../../../local/sources/stream-source.ts';
import type { FakeShard, FakeStreams } from '../support/fake-streams.ts';
import { startFakeStreams } from '../support/fake-streams.ts';

let folder: string;
let streams: FakeStreams;
let source: EventSource | undefined;
const got: string[] = [];
const notes: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-streams-'));
  got.length = 0;
  notes.length = 0;
});
afterEach(async () => {
  await source?.stop();
  await streams.stop();
  await rm(folder, { recursive: true });
});

async function follow(shards: Record<string, FakeShard>): Promise<void> {
  streams = await startFakeStreams(shards);
  await startSource();
}

async function startSource(): Promise<void> {
  const properties = {
    EventSourceArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/1',
    FunctionName: 'F',
    Enabled: true,
    BatchSize: 2,
    BisectBatchOnFunctionError: false,
    FunctionResponseTypes: [],
    MaximumRecordAgeInSeconds: -1,
    MaximumRetryAttempts: -1,
  };
  source = await startStreamSource(
    { logicalId: 'Mapping', properties },
    {
      target: {
        logicalId: 'F',
        name: 'f',
        arn: 'arn:f',
        mayLoop: false,
        async invoke(payload) {
          got.push(
            JSON.parse(payload)
              .Records.map((record: { eventID: string }) => record.eventID)
              .join(' '),
          );
          return 'null';
        },
        isAtCapacity: () => false,
        warm: async () => {},
        stop: async () => {},
      },
      streamsEndpoint: streams.endpoint,
      queuesEndpoint: '',
      positions: openStreamPositions(join(folder, 'positions.json')),
      note: (line) => notes.push(line),
      afterInvocation: () => {},
    },
  );
}

describe('a stream', () => {
  test('invokes the function with batches in order', async () => {
    await follow({ a: { records: ['1', '2', '3'], closed: false } });
    await source?.whenIdle();
    streams.shards.a?.records.push('4');
    await source?.whenIdle();
    expect(got).toEqual(['1 2', '3', '4']);
  });

  test('continues from a closed shard to the shards that it was split into', async () => {
    await follow({
      a: { records: ['1', '2'], closed: true },
      b: { parent: 'a', records: ['3'], closed: true },
      c: { parent: 'b', records: ['4'], closed: false },
      // Its parent is no longer kept.
      d: { parent: 'gone', records: ['9'], closed: false },
    });
    await source?.whenIdle();
    expect(got.filter((numbers) => numbers !== '9')).toEqual(['1 2', '3', '4']);
    expect(got).toContain('9');
  });

  test('continues after the last record when an iterator has expired', async () => {
    await follow({ a: { records: ['1', '2', '3'], closed: false } });
    await source?.whenIdle();
    streams.expireNextIterator();
    streams.shards.a?.records.push('4');
    await source?.whenIdle();
    expect(got).toEqual(['1 2', '3', '4']);
    expect(streams.asked).toEqual(['GetShardIterator a TRIM_HORIZON', 'GetShardIterator a AFTER_SEQUENCE_NUMBER 3']);
  });

  test('continues after a restart after the last processed record', async () => {
    await follow({ a: { records: ['1', '2', '3'], closed: false } });
    await source?.whenIdle();
    await source?.stop();
    streams.shards.a?.records.push('4');
    await startSource();
    await source?.whenIdle();
    expect(got).toEqual(['1 2', '3', '4']);
  });

  test('continues at its first record when the last processed one was trimmed', async () => {
    await follow({ a: { records: ['1', '2'], closed: false } });
    await source?.whenIdle();
    await source?.stop();
    streams.shards.a?.records.push('3', '4', '5');
    streams.trimUpTo('4');
    await startSource();
    await source?.whenIdle();
    expect(got).toEqual(['1 2', '5']);
  });

  test('that does not exist is an error that says what to do', async () => {
    streams = await startFakeStreams({});
    const { endpoint } = streams;
    await streams.stop();
    await expect(startSource()).rejects.toMatchObject({
      name: 'LocalSystemError',
      message: expect.stringContaining(`The stream of a table cannot be read at ${endpoint}`),
    });
  });
});
