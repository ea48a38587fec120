import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { localClient } from '../engines/local-client.ts';
import type { LocalFunction } from '../functions/local-function.ts';
import { LocalSystemError } from '../local-system-error.ts';
import type { EventSourceMappingProperties } from '../template/source-definitions.ts';
import type { Resource } from '../template/stack.ts';
import { batchesOf } from './batches.ts';
import { reportDiscardedBatch } from './discarded-batch.ts';
import type { EventSource } from './event-source.ts';
import { compileFilters } from './filter.ts';
import type { Pause } from './pause.ts';
import { createPause } from './pause.ts';
import { createShardReader, listShards } from './shard-reader.ts';
import type { BatchRules } from './stream-batch.ts';
import { deliverBatch } from './stream-batch.ts';
import type { StreamPositions } from './stream-positions.ts';
import type { StreamRecord } from './stream-record.ts';

/** The pause after an empty poll. It grows while the shard stays empty. A write through the API ends it at once. */
const pollIntervals = [
  { quietMs: 1_000, intervalMs: 25 },
  { quietMs: 10_000, intervalMs: 200 },
];
const restingIntervalMs = 500;
/**
 * The least time from one poll to the next. What is written meanwhile comes in one batch. Lambda itself polls a shard
 * four times a second.
 */
const leastIntervalMs = 20;
const errorPauseMs = 1_000;
const defaultBatchSize = 100;

export interface StreamSettings {
  readonly target: LocalFunction;
  readonly streamsEndpoint: string;
  readonly queuesEndpoint: string;
  readonly positions: StreamPositions;
  readonly note: (line: string) => void;
  /** Called after each invocation, since other sources may have new records. */
  readonly afterInvocation: () => void;
}

/** The loop that follows one shard. */
interface ShardLoop {
  readonly pause: Pause;
  readonly finished: Promise<void>;
  polls: number;
  /** The number of the last poll without records; infinite if the shard is closed. */
  emptyPoll: number;
}

function intervalAfter(quietForMs: number): number {
  return pollIntervals.find(({ quietMs }) => quietForMs < quietMs)?.intervalMs ?? restingIntervalMs;
}

/**
 * An event source mapping of a DynamoDB stream: it reads every shard in order, a child after its parent, and invokes
 * the function with the records that match the filters.
 *
 * @throws {LocalSystemError} when the database has no streams
 */
export async function startStreamSource(
  { logicalId, properties }: Resource<EventSourceMappingProperties>,
  settings: StreamSettings,
): Promise<EventSource> {
  const { target, positions, note } = settings;
  const streamArn = properties.EventSourceArn;
  const matchesFilter = compileFilters(properties.FilterCriteria?.Filters.map((filter) => filter.Pattern) ?? []);
  const client = localClient(DynamoDBStreamsClient, settings.streamsEndpoint);
  const stopping = new AbortController();
  const loops = new Map<string, ShardLoop>();
  const runningSince = Date.now();
  let invocations = 0;

  async function invoke(payload: string): Promise<string> {
    invocations++;
    try {
      return await target.invoke(payload);
    } finally {
      settings.afterInvocation();
    }
  }

  function rulesFor(shardId: string): BatchRules {
    return {
      invoke,
      reportsFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      bisects: properties.BisectBatchOnFunctionError,
      maximumRetryAttempts: properties.MaximumRetryAttempts,
      maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds,
      runningSince,
      done: (record) => positions.write(logicalId, streamArn, shardId, { after: record.sequenceNumber }),
      async discard(batch) {
        note(`${target.name}: discarded ${batch.records.length} stream records (${batch.condition})`);
        const destination = properties.DestinationConfig?.OnFailure.Destination;
        if (destination === undefined) return;
        const report = { ...batch, shardId, streamArn, functionArn: target.arn };
        await reportDiscardedBatch(report, destination, settings.queuesEndpoint);
      },
      stopped: stopping.signal,
    };
  }

  async function deliver(records: readonly StreamRecord[], rules: BatchRules): Promise<void> {
    const batches = batchesOf(
      records,
      (record) => matchesFilter(record.event),
      properties.BatchSize ?? defaultBatchSize,
    );
    for (const batch of batches) {
      await deliverBatch(batch.records, rules);
      if (stopping.signal.aborted) return;
      if (batch.last !== batch.records.at(-1)) rules.done(batch.last);
    }
    const last = records.at(-1);
    if (last && batches.length === 0) rules.done(last);
  }

  async function followShard(shardId: string, loop: ShardLoop): Promise<void> {
    const start = { streamArn, shardId, startingPosition: properties.StartingPosition ?? 'TRIM_HORIZON' };
    const reader = createShardReader(client, { ...start, after: positions.read(logicalId, streamArn, shardId).after });
    const rules = rulesFor(shardId);
    let activeAt = Date.now();
    let polledAt = 0;
    while (!stopping.signal.aborted) {
      try {
        const earlyMs = polledAt + leastIntervalMs - Date.now();
        if (earlyMs > 0) await delay(earlyMs);
        polledAt = Date.now();
        const poll = ++loop.polls;
        const { records, closed } = await reader.read();
        await deliver(records, rules);
        if (stopping.signal.aborted) return;
        if (closed) {
          positions.write(logicalId, streamArn, shardId, { closed: true });
          await followOpenShards();
          loop.emptyPoll = Number.POSITIVE_INFINITY;
          return;
        }
        if (records.length > 0) activeAt = Date.now();
        else {
          loop.emptyPoll = poll;
          if (await loop.pause.wait(intervalAfter(Date.now() - activeAt))) activeAt = Date.now();
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        note(
          `${target.name}: its stream cannot be read: ${(error as Error).message}. The local system will try again.`,
        );
        await loop.pause.wait(errorPauseMs);
      }
    }
  }

  async function followOpenShards(): Promise<void> {
    const shards = await listShards(client, streamArn);
    const known = new Set(shards.map((shard) => shard.ShardId));
    const isClosed = (shardId: string) => positions.read(logicalId, streamArn, shardId).closed === true;
    for (const { ShardId = '', ParentShardId = '' } of shards) {
      if (loops.has(ShardId) || isClosed(ShardId) || (known.has(ParentShardId) && !isClosed(ParentShardId))) continue;
      const loop = { pause: createPause(), polls: 0, emptyPoll: 0, finished: Promise.resolve() };
      loops.set(ShardId, loop);
      loop.finished = followShard(ShardId, loop);
    }
  }

  try {
    await followOpenShards();
  } catch (cause) {
    client.destroy();
    throw new LocalSystemError(
      `The stream of a table cannot be read at ${settings.streamsEndpoint}: ${(cause as Error).message}. The local system needs a DynamoDB with streams: unset AWS_ENDPOINT_URL_DYNAMODB to use the embedded engine.`,
      { cause },
    );
  }

  return {
    wake() {
      for (const { pause } of loops.values()) pause.wake();
    },
    async whenIdle() {
      for (const loop of loops.values()) {
        // A poll that runs now may have read before the last record was written, so only a later poll counts.
        const from = loop.polls;
        while (loop.emptyPoll <= from && !stopping.signal.aborted) {
          loop.pause.wake();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
      return invocations;
    },
    async stop() {
      stopping.abort();
      for (const { pause } of loops.values()) pause.stop();
      await Promise.all([...loops.values()].map((loop) => loop.finished));
      client.destroy();
    },
  };
}
