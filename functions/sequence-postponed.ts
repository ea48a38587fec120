import { setTimeout } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { postponedRevisionMs } from '../events/postponing.ts';
import { streamHandler } from './lib/runtime/stream.ts';
import { postponedMessage } from './lib/sequence/postponed-message.ts';
import { sizeOf } from './lib/sequence/postponing.ts';
import { sequenceKeys } from './lib/sequence/sequence-keys.ts';

/**
 * Sequences revisions that were postponed, and then waits until the time of a batch is over: until it returns, the
 * queue delivers no more of the same newsroom.
 */
async function sequencePostponed({ Records: records }: SQSEvent): Promise<void> {
  const begun = Date.now();
  const { entries } = await sequenceKeys(records.map(({ body }) => postponedMessage.decode(body)));
  const size = Math.max(
    records.length,
    entries.reduce((sum, entry) => sum + sizeOf(entry), 0),
  );
  await setTimeout(Math.max(0, begun + size * postponedRevisionMs - Date.now()));
}

export const handler = streamHandler(sequencePostponed);
