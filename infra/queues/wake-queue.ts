import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** A wake becomes a dead letter after this many workers failed at it. The sweep sends new ones while the endpoint is due. */
const maxReceiveCount = 5;
/**
 * The sweep has sent newer wakes of the same endpoint long before this. The limit bounds the number of wakes that a long outage leaves
 * behind.
 */
const retentionPeriod = Duration.hours(1);

export interface WakeQueueOptions {
  /** A little longer than the timeout of a worker: by then the lease of a worker that was killed has ended. */
  readonly visibilityTimeout: Duration;
  /** How long the queue holds back each wake. */
  readonly deliveryDelay?: Duration;
}

/**
 * A queue of wakes. Each endpoint is a message group: its wakes are handled one at a time and in order, those of different endpoints side
 * by side.
 */
export class WakeQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, options: WakeQueueOptions) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`, { fifo: true });
    super(scope, id, {
      ...options,
      fifo: true,
      // Both together apply the limit of calls to each message group instead of to the whole queue.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount },
    });
    this.deadLetters = deadLetters;
  }
}
