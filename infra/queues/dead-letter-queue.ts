import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface DeadLetterQueueOptions {
  /** The dead letters of a FIFO queue can only go to another FIFO queue. */
  readonly fifo?: true;
}

/** A queue of messages that somebody must look at. No function reads it; an alarm rings when it gets one. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { fifo }: DeadLetterQueueOptions = {}) {
    super(scope, id, {
      ...(fifo && { fifo }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The longest that SQS allows. `reconcile` finds what expires before somebody has looked.
      retentionPeriod: Duration.days(14),
    });
    const reason = 'Dead letters end here: no function consumes them, so none can fail to.';
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
  }
}
