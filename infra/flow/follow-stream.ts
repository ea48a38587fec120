import { Duration, Validations } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type Function as LambdaFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';

/**
 * How long a record that kills its function may block its shard. A longer time would delay new events longer; a shorter one
 * would leave more to `npx timeline reconcile` after an outage.
 */
const maxRecordAge = Duration.hours(1);

export interface FollowStreamOptions {
  /** Which records invoke the function, see `FilterCriteria.filter`. */
  readonly filter: Record<string, unknown>;
  /** The most records of one invocation. */
  readonly batchSize: number;
  /** Gets the shard and sequence numbers of records that became too old. */
  readonly discarded: DeadLetterQueue;
}

/** Invokes a function with the stream of a table: from its beginning, in order, each record again until it succeeds or is too old. */
export function followStream(handler: LambdaFunction, table: Table, options: FollowStreamOptions): void {
  handler.addEventSource(
    // The CDK's interface has `?` where its class has `| undefined`, which exactOptionalPropertyTypes tells apart.
    new DynamoEventSource(table as ITable, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [options.filter],
      batchSize: options.batchSize,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      // A function that dies cannot report the record: halving the batch finds it, and the records before it pass.
      bisectBatchOnError: true,
      // Unlimited: the age of a record ends its attempts, not their number.
      retryAttempts: -1,
      maxRecordAge,
      onFailure: new SqsDlq(options.discarded),
    }),
  );
  if (handler.role) {
    Validations.of(handler.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'dynamodb:ListStreams, which Lambda calls to poll a stream, cannot be limited to one table.',
    });
  }
}
