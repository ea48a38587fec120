import { describe, expect, test } from '@jest/globals';
import { discardedBatchMessage } from '../../../local/sources/discarded-batch.ts';
import type { BatchRules } from '../../../local/sources/stream-batch.ts';
import { deliverBatch } from '../../../local/sources/stream-batch.ts';
import type { StreamRecord } from '../../../local/sources/stream-record.ts';

const bornAt = Date.parse('2026-11-22T10:00:00.500Z');

function record(sequenceNumber: string, createdAt = bornAt): StreamRecord {
  return { sequenceNumber, createdAt, event: { number: sequenceNumber } };
}

const batch = ['1', '2', '3', '4'].map((number) => record(number));

/** Delivers the batch to a function that answers each attempt from its script; tells what happened. */
async function deliver(
  answer: (numbers: string[], attempt: number) => string[] | 'nonsense' | Error,
  rules: Partial<BatchRules> = {},
) {
  const sent: string[][] = [];
  const done: string[] = [];
  const discarded: object[] = [];
  await deliverBatch(batch, {
    async invoke(payload) {
      const numbers = JSON.parse(payload).Records.map(({ number }: { number: string }) => number);
      sent.push(numbers);
      const failed = answer(numbers, sent.length);
      if (failed instanceof Error) throw failed;
      if (failed === 'nonsense') return JSON.stringify({ batchItemFailures: [{ itemIdentifier: '' }] });
      return JSON.stringify({ batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) });
    },
    reportsFailures: true,
    bisects: false,
    maximumRetryAttempts: -1,
    maximumRecordAgeSeconds: -1,
    runningSince: 0,
    done: ({ sequenceNumber }) => done.push(sequenceNumber),
    discard: async ({ records, ...rest }) => {
      discarded.push({ ...rest, records: records.map(({ sequenceNumber }) => sequenceNumber) });
    },
    stopped: new AbortController().signal,
    ...rules,
  });
  return { sent, done, discarded };
}

describe('a batch of stream records', () => {
  test('is complete when the function reports no failure', async () => {
    expect(await deliver(() => [])).toEqual({ sent: [['1', '2', '3', '4']], done: ['4'], discarded: [] });
  });

  test('is sent again from the first reported failure on', async () => {
    expect(await deliver((_numbers, attempt) => (attempt === 1 ? ['4', '3'] : []))).toEqual({
      sent: [
        ['1', '2', '3', '4'],
        ['3', '4'],
      ],
      done: ['2', '4'],
      discarded: [],
    });
  });

  test('is sent again as a whole when the function throws, or reports an id that is not in the batch', async () => {
    const answers = [new Error('no'), 'nonsense' as const, []];
    expect(await deliver((_numbers, attempt) => answers[attempt - 1] ?? [])).toEqual({
      sent: [
        ['1', '2', '3', '4'],
        ['1', '2', '3', '4'],
        ['1', '2', '3', '4'],
      ],
      done: ['4'],
      discarded: [],
    });
  });

  test('is complete with any response, if the mapping does not report failures', async () => {
    const { sent, done } = await deliver(() => ['1'], { reportsFailures: false });
    expect({ sent, done }).toEqual({ sent: [['1', '2', '3', '4']], done: ['4'] });
  });

  test('is halved, if the mapping says so, until the failing record is alone', async () => {
    const result = await deliver((numbers) => (numbers.includes('2') ? new Error('poison') : []), {
      bisects: true,
      maximumRetryAttempts: 0,
    });
    expect(result).toEqual({
      sent: [['1', '2', '3', '4'], ['1', '2'], ['1'], ['2', '3', '4'], ['2', '3'], ['2'], ['3', '4']],
      done: ['1', '2', '4'],
      discarded: [
        { condition: 'RetryAttemptsExhausted', records: ['2'], invocations: expect.any(Number), threw: true },
      ],
    });
  });

  test('is discarded after the retries of the mapping, and only its unprocessed records', async () => {
    const { done, discarded, sent } = await deliver((numbers) => numbers.filter((number) => number > '2'), {
      maximumRetryAttempts: 1,
    });
    expect({ done, discarded, attempts: sent.length }).toEqual({
      done: ['2', '4'],
      discarded: [{ condition: 'RetryAttemptsExhausted', records: ['3', '4'], invocations: 2, threw: false }],
      attempts: 2,
    });
  });

  test('discards records that are too old after they have failed, and not before', async () => {
    const always = (numbers: string[]) => (numbers.length > 0 ? new Error('no') : []);
    const { discarded } = await deliver(always, { maximumRecordAgeSeconds: 60 });
    expect(discarded).toEqual([
      { condition: 'RecordAgeExceeded', records: ['1', '2', '3', '4'], invocations: 1, threw: true },
    ]);
  });

  test('does not age while the system is down', async () => {
    const { sent, discarded } = await deliver((_numbers, attempt) => (attempt === 1 ? new Error('no') : []), {
      maximumRecordAgeSeconds: 60,
      runningSince: Date.now(),
    });
    expect({ attempts: sent.length, discarded }).toEqual({ attempts: 2, discarded: [] });
  });

  test('is left unprocessed when the system stops', async () => {
    const stopping = new AbortController();
    const { done } = await deliver(
      () => {
        stopping.abort();
        return new Error('no');
      },
      { stopped: stopping.signal },
    );
    expect(done).toEqual([]);
  });
});

test('the message about a discarded batch has the place of its records, as on Lambda', () => {
  const message = discardedBatchMessage({
    condition: 'RetryAttemptsExhausted',
    records: [record('7'), record('9', bornAt + 1000)],
    invocations: 3,
    threw: true,
    shardId: 'shardId-1',
    streamArn: 'arn:stream',
    functionArn: 'arn:function',
  });
  expect(message).toEqual({
    requestContext: {
      requestId: expect.any(String),
      functionArn: 'arn:function',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: expect.any(String),
    DDBStreamBatchInfo: {
      shardId: 'shardId-1',
      startSequenceNumber: '7',
      endSequenceNumber: '9',
      approximateArrivalOfFirstRecord: '2026-11-22T10:00:00Z',
      approximateArrivalOfLastRecord: '2026-11-22T10:00:01Z',
      batchSize: 2,
      streamArn: 'arn:stream',
    },
  });
});
