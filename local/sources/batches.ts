import type { StreamRecord } from './stream-record.ts';

/** Lambda invokes a function with at most 6 MB. */
const maximumBatchBytes = 5_500_000;

export interface StreamBatch {
  readonly records: StreamRecord[];
  /** The last record before the next batch; it may be one that did not match. */
  last: StreamRecord;
}

/** The records that match, in batches within the limits of number and size. */
export function batchesOf(
  records: readonly StreamRecord[],
  matches: (record: StreamRecord) => boolean,
  batchSize: number,
) {
  const batches: StreamBatch[] = [];
  let bytes = 0;
  for (const record of records) {
    const current = batches.at(-1);
    if (!matches(record)) {
      if (current) current.last = record;
      continue;
    }
    const size = JSON.stringify(record.event).length;
    if (current && current.records.length < batchSize && bytes + size <= maximumBatchBytes) {
      current.records.push(record);
      current.last = record;
      bytes += size;
    } else {
      batches.push({ records: [record], last: record });
      bytes = size;
    }
  }
  return batches;
}
