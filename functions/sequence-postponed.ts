import { setTimeout } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { postponedRevisionMs } from '../events/postponing.ts';
import { streamHandler } from './lib/runtime/stream.ts';
import { postponedMessage } from './lib/sequence/postponed-message.ts';
import { sequenceKeys } from './lib/sequence/sequence-keys.ts';

/**
 * Sequences revisions that were postponed, and then waits until the time of a batch is over: until it returns, the queue delivers no
 * more of the same newsroom.
 */
async function sequencePostponed({ Records: records }: SQSEvent): Promise<void> {
  const begun = Date.now();
  await sequenceKeys(records.map(({ body }) => postponedMessage.decode(body)));
  await setTimeout(Math.max(0, begun + records.length * postponedRevisionMs - Date.now()));
}

export const handler = streamHandler(sequencePostponed);
