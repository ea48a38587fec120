import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface DeadLetterQueueOptions {
  /** For what a FIFO queue gives up: it can go to another one only. */
  readonly fifo?: true;
}

/** A queue for what somebody must look at: nothing reads it by itself, an alarm tells that there is something in it. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { fifo }: DeadLetterQueueOptions = {}) {
    super(scope, id, {
      ...(fifo && { fifo }),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // The longest there is; what is lost then is found by reconcile all the same.
      retentionPeriod: Duration.days(14),
    });
    const reason = 'This is where messages end: nothing consumes them, so nothing can fail to.';
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'Serverless-SQSRedrivePolicy', reason },
    );
  }
}
