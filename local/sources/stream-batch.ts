import { setTimeout as delay } from 'node:timers/promises';
import { reportedFailures } from './batch-failures.ts';
import type { DiscardedBatch } from './discarded-batch.ts';
import type { StreamRecord } from './stream-record.ts';

const firstRetryMs = 50;
const longestRetryMs = 5_000;

export interface BatchRules {
  /** Invokes the function. The event and the response are JSON. Throws when the function fails. */
  readonly invoke: (payload: string) => Promise<string>;
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  /** −1 for no limit. */
  readonly maximumRetryAttempts: number;
  /** −1 for no limit. */
  readonly maximumRecordAgeSeconds: number;
  /**
   * Epoch milliseconds. The age of a record counts from this start at the earliest, since before it no system could
   * process it.
   */
  readonly runningSince: number;
  /** Called with the last record that is processed. */
  readonly done: (record: StreamRecord) => void;
  readonly discard: (batch: Pick<DiscardedBatch, 'condition' | 'records' | 'invocations' | 'threw'>) => Promise<void>;
  readonly stopped: AbortSignal;
}

interface Attempt {
  /** The number of records that are processed, counted from the first. */
  readonly succeeded: number;
  readonly threw: boolean;
}

async function attempt(records: readonly StreamRecord[], rules: BatchRules): Promise<Attempt> {
  const payload = JSON.stringify({ Records: records.map((record) => record.event) });
  try {
    const answer = await rules.invoke(payload);
    if (!rules.reportsFailures) return { succeeded: records.length, threw: false };
    const failed = reportedFailures(answer, new Set(records.map((record) => record.sequenceNumber)));
    if (failed === 'all') return { succeeded: 0, threw: false };
    const first = records.findIndex((record) => failed.has(record.sequenceNumber));
    return { succeeded: first < 0 ? records.length : first, threw: false };
  } catch {
    return { succeeded: 0, threw: true };
  }
}

function isTooOld(record: StreamRecord, { maximumRecordAgeSeconds, runningSince }: BatchRules): boolean {
  if (maximumRecordAgeSeconds < 0) return false;
  return Date.now() - Math.max(record.createdAt, runningSince) > maximumRecordAgeSeconds * 1000;
}

/**
 * Invokes a function with records as Lambda does: those from the first failure on are sent again, with growing pauses,
 * until they succeed or are discarded.
 */
export async function deliverBatch(batch: readonly StreamRecord[], rules: BatchRules): Promise<void> {
  let rest = batch;
  let size = rest.length;
  let retries = 0;
  let failures = 0;

  function continueAfter(count: number): void {
    const last = rest[count - 1];
    if (last) rules.done(last);
    rest = rest.slice(count);
    size = rest.length;
    retries = 0;
  }

  while (rest.length > 0 && !rules.stopped.aborted) {
    const sent = rest.slice(0, size);
    const { succeeded, threw } = await attempt(sent, rules);
    if (succeeded > 0) continueAfter(succeeded);
    if (succeeded === sent.length) {
      failures = 0;
      continue;
    }
    failures++;
    const failed = sent.slice(succeeded);
    const tooOld = failed.filter((record) => isTooOld(record, rules));
    const exhausted = rules.maximumRetryAttempts >= 0 && retries >= rules.maximumRetryAttempts;
    const canBisect = rules.bisects && failed.length > 1;
    if (tooOld.length > 0) {
      await rules.discard({ condition: 'RecordAgeExceeded', records: tooOld, invocations: failures, threw });
      continueAfter(tooOld.length);
    } else if (canBisect && threw) {
      // Halving the batch narrows down the failing record, and does not count as a retry.
      size = Math.ceil(failed.length / 2);
    } else if (exhausted) {
      await rules.discard({ condition: 'RetryAttemptsExhausted', records: failed, invocations: failures, threw });
      continueAfter(failed.length);
      continue;
    } else {
      retries++;
    }
    const pauseMs = Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs);
    await delay(pauseMs, undefined, { signal: rules.stopped }).catch(() => {});
  }
}
