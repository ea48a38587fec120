import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** A wake that so many workers have died of wakes no more: the sweep does, as long as there is something to be sent. */
const maxReceiveCount = 5;
/**
 * What is still in the queue then has waited for long behind others; the sweep has sent the same since, many times. It bounds
 * what a long outage leaves to be worked off.
 */
const retentionPeriod = Duration.hours(1);

export interface WakeQueueOptions {
  /** A little above what a worker may take: of one that was killed, the endpoint is free again then. */
  readonly visibilityTimeout: Duration;
  /** How long each wake waits. */
  readonly deliveryDelay?: Duration;
}

/** Wakes of workers, one group for each endpoint: of one endpoint one at a time and in order, endpoints beside each other. */
export class WakeQueue extends Queue {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, options: WakeQueueOptions) {
    const deadLetters = new DeadLetterQueue(scope, `${id}DeadLetters`, { fifo: true });
    super(scope, id, {
      ...options,
      fifo: true,
      // Both together make the limit of calls one of each endpoint, and not of all of them.
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
