import type { DynamoDBStreamsClient, Shard, ShardIteratorType } from '@aws-sdk/client-dynamodb-streams';
import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import type { StreamRecord } from './stream-record.ts';
import { toStreamRecord } from './stream-record.ts';

/** All shards that a stream still has, parents before children. */
export async function listShards(client: DynamoDBStreamsClient, streamArn: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let from: string | undefined;
  do {
    const { StreamDescription } = await client.send(
      new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: from }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    from = StreamDescription?.LastEvaluatedShardId;
  } while (from !== undefined);
  return shards;
}

const maximumRecords = 1000;

export interface ShardReader {
  /** The next records. `closed` if there will be no more. */
  read(): Promise<{ records: StreamRecord[]; closed: boolean }>;
}

export interface ShardStart {
  readonly streamArn: string;
  readonly shardId: string;
  /** The sequence number of the last processed record, if there is one. */
  readonly after: string | undefined;
  /** Where to begin if there is none. */
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
}

/** Reads one shard, from its beginning or after the last processed record. It renews iterators that expire. */
export function createShardReader(client: DynamoDBStreamsClient, start: ShardStart): ShardReader {
  const { streamArn, shardId } = start;
  let after = start.after;
  let iterator: string | undefined;

  async function iteratorAt(type: ShardIteratorType): Promise<string | undefined> {
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shardId,
        ShardIteratorType: type,
        ...(type === 'AFTER_SEQUENCE_NUMBER' && { SequenceNumber: after }),
      }),
    );
    return ShardIterator;
  }

  async function openIterator(): Promise<string | undefined> {
    if (after === undefined) return iteratorAt(start.startingPosition);
    try {
      return await iteratorAt('AFTER_SEQUENCE_NUMBER');
    } catch (error) {
      // The stream no longer has that record, so all of its records are later.
      if ((error as Error).name !== 'TrimmedDataAccessException') throw error;
      return iteratorAt('TRIM_HORIZON');
    }
  }

  return {
    async read() {
      iterator ??= await openIterator();
      if (iterator === undefined) return { records: [], closed: true };
      // If this fails, the iterator may have expired. The next iterator begins after the last record that was read.
      const current = iterator;
      iterator = undefined;
      const { Records = [], NextShardIterator } = await client.send(
        new GetRecordsCommand({ ShardIterator: current, Limit: maximumRecords }),
      );
      iterator = NextShardIterator;
      const records = Records.map((record) => toStreamRecord(record, streamArn));
      after = records.at(-1)?.sequenceNumber ?? after;
      return { records, closed: NextShardIterator === undefined };
    },
  };
}
