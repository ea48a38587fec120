import { Duration, Validations } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type Function as LambdaFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';

/**
 * How long a record that crashes its function may block its shard. A longer time would delay new events more, and a
 * shorter time would leave more work to `npx timeline reconcile` after an outage.
 */
const maxRecordAge = Duration.hours(1);

export interface FollowStreamOptions {
  /** The records that invoke the function, see `FilterCriteria.filter`. */
  readonly filter: Record<string, unknown>;
  /** The maximum number of records in one invocation. */
  readonly batchSize: number;
  /** The queue for the shard and sequence numbers of records that became too old. */
  readonly discarded: DeadLetterQueue;
}

/**
 * Invokes a function with the stream of a table, from its beginning and in order. A record is retried until it succeeds
 * or is too old.
 */
export function followStream(handler: LambdaFunction, table: Table, options: FollowStreamOptions): void {
  handler.addEventSource(
    // The CDK's interface has `?` where its class has `| undefined`. exactOptionalPropertyTypes treats them as
    // different.
    new DynamoEventSource(table as ITable, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [options.filter],
      batchSize: options.batchSize,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      // A function that crashes cannot report the record. Halving the batch isolates it, and the records before it
      // succeed.
      bisectBatchOnError: true,
      // Unlimited: a record is retried until it is too old.
      retryAttempts: -1,
      maxRecordAge,
      onFailure: new SqsDlq(options.discarded),
    }),
  );
  if (handler.role) {
    const reason = 'dynamodb:ListStreams, which Lambda calls to poll a stream, cannot be limited to one table.';
    Validations.of(handler.role).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason });
    Validations.of(handler.role).acknowledge({ id: 'Serverless-LambdaStarPermissions', reason });
  }
}
