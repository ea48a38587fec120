import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** A batch becomes dead letters after so many failures. `reconcile` publishes what has no position. */
const maxReceiveCount = 10;

/**
 * The queue of revisions that are published a little later, since their newsroom takes back very much at once. Each
 * newsroom is a message group: its batches are handled one at a time and in order, those of different newsrooms side by
 * side.
 */
export class PostponedQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;

  /** @param visibilityTimeout no shorter than the timeout of the function that reads the queue */
  constructor(scope: Construct, id: string, visibilityTimeout: Duration) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`, { fifo: true });
    super(scope, id, {
      fifo: true,
      // Both together apply the limit of calls to each message group instead of to the whole queue.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
    this.deadLetters = deadLetters;
  }
}
