import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/**
 * A wake becomes a dead letter after this many workers died of it. The sweep sends new ones while the endpoint is due.
 */
const maxReceiveCount = 5;
/**
 * The sweep sends newer wakes of the same endpoint every minute, so that none has to be kept for long. A FIFO queue
 * looks for message groups only among its first 120,000 messages: so many wakes of a newsroom with all its workers busy
 * would hide those of the others.
 */
const retentionPeriod = Duration.minutes(5);

export interface WakeQueueOptions {
  /** A little longer than the timeout of a worker: by then the lease of a worker that was killed has ended. */
  readonly visibilityTimeout: Duration;
  /** How long the queue holds back each wake. */
  readonly deliveryDelay?: Duration;
}

/**
 * A queue of wakes. Each newsroom has a few message groups (`wakeGroup`): the wakes of a group are handled one at a
 * time and in order, those of different groups side by side. So a newsroom waits for its own endpoints only.
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
