import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeShard {
  readonly parent?: string;
  /** Sequence numbers; each record's key is the same. */
  readonly records: string[];
  closed: boolean;
}

export interface FakeStreams {
  readonly endpoint: string;
  readonly shards: Record<string, FakeShard>;
  /** What was asked for, newest last: `GetShardIterator AFTER_SEQUENCE_NUMBER 3`. */
  readonly asked: string[];
  /** The next iterator that is used turns out to have expired. */
  expireNextIterator(): void;
  /** What comes up to this sequence number is no longer kept. */
  trimUpTo(sequenceNumber: string): void;
  stop(): Promise<void>;
}

class StreamsError extends Error {}

/** DynamoDB Streams with shards that split, close and are trimmed, which the embedded engine never does. */
export async function startFakeStreams(shards: Record<string, FakeShard>): Promise<FakeStreams> {
  const asked: string[] = [];
  let expireNext = false;
  let trimmed = 0;

  const operations: Record<string, (input: Record<string, string>) => object> = {
    DescribeStream: ({ ExclusiveStartShardId }) => {
      // One shard a page.
      const ids = Object.keys(shards);
      const index = ExclusiveStartShardId ? ids.indexOf(ExclusiveStartShardId) + 1 : 0;
      const id = ids[index];
      const page = id === undefined ? [] : [{ ShardId: id, ParentShardId: shards[id]?.parent }];
      return { StreamDescription: { Shards: page, ...(index + 1 < ids.length && { LastEvaluatedShardId: id }) } };
    },
    GetShardIterator: ({ ShardId, ShardIteratorType, SequenceNumber }) => {
      asked.push(['GetShardIterator', ShardId, ShardIteratorType, SequenceNumber].filter(Boolean).join(' '));
      if (SequenceNumber && Number(SequenceNumber) < trimmed) throw new StreamsError('TrimmedDataAccessException');
      return { ShardIterator: `${ShardId}|${SequenceNumber ?? 0}` };
    },
    GetRecords: ({ ShardIterator = '' }) => {
      if (expireNext) {
        expireNext = false;
        throw new StreamsError('ExpiredIteratorException');
      }
      const [id = '', after] = ShardIterator.split('|');
      const shard = shards[id];
      const fresh = (shard?.records ?? []).filter((number) => Number(number) > Math.max(Number(after), trimmed));
      const last = fresh.at(-1) ?? after;
      return {
        Records: fresh.map((SequenceNumber) => ({
          eventID: SequenceNumber,
          eventName: 'INSERT',
          dynamodb: { Keys: { pk: { S: SequenceNumber } }, SequenceNumber, ApproximateCreationDateTime: 1_700_000_000 },
        })),
        ...(!(shard?.closed && last === (shard.records.at(-1) ?? after)) && { NextShardIterator: `${id}|${last}` }),
      };
    },
  };

  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const name = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    try {
      response.end(JSON.stringify(operations[name]?.(JSON.parse(body))));
    } catch (error) {
      response.writeHead(400).end(JSON.stringify({ __type: (error as Error).message, message: 'as the test has it' }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shards,
    asked,
    expireNextIterator() {
      expireNext = true;
    },
    trimUpTo(sequenceNumber) {
      trimmed = Number(sequenceNumber);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
