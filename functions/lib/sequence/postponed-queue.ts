import { randomUUID } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { postponedPerBatch } from '../../../events/postponing.ts';
import { awsClient } from '../runtime/aws-client.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { environment } from '../runtime/environment.ts';
import { count } from '../runtime/observability.ts';
import type { Delayed } from './delays.ts';
import { postponedMessage } from './postponed-message.ts';

/** The largest batch (SQS API Reference, SendMessageBatch). */
const messagesPerCall = postponedPerBatch;
const callsAtOnce = 10;

const queueUrl = environment('POSTPONED_QUEUE_URL');
const sqs = awsClient(SQSClient, {});

async function send(postponed: readonly Delayed[]): Promise<void> {
  const Entries = postponed.map(({ key, author }, index) => ({
    Id: String(index),
    MessageBody: postponedMessage.encode(key),
    // A queue delivers the messages of a group one batch after the other, and those of several groups side by side.
    MessageGroupId: author,
    // None is taken for a duplicate: an event may be postponed again for a later revision.
    MessageDeduplicationId: randomUUID(),
  }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  if (Failed.length > 0) {
    throw new Error(`SQS refused ${Failed.length} of ${Entries.length} postponed revisions: ${Failed[0]?.Message}`);
  }
}

/** Puts revisions into the queue of those that are published later. @throws {Error} if one was not taken */
export async function postpone(postponed: readonly Delayed[]): Promise<void> {
  const calls = Array.from({ length: Math.ceil(postponed.length / messagesPerCall) }, (_, index) =>
    postponed.slice(index * messagesPerCall, (index + 1) * messagesPerCall),
  );
  await inParallel(calls, callsAtOnce, send);
  count('RevisionsPostponed', postponed.length);
}
