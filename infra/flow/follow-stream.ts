import { Duration, Validations } from 'aws-cdk-lib';
import type { ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type Function as LambdaFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';

/**
 * How long a record that kills its function may hold up its shard. Longer would hide new events for longer; shorter
 * would leave more of an outage to `reconcile`.
 */
const maxRecordAge = Duration.hours(1);

export interface FollowStreamOptions {
  /** What a record must look like, see `FilterCriteria.filter`. */
  readonly filter: Record<string, unknown>;
  /** The most records of one invocation. */
  readonly batchSize: number;
  /** Gets the shard and sequence numbers of what became too old. */
  readonly discarded: DeadLetterQueue;
}

/** Invokes a function with the stream of a table: from its beginning, in order, each record until it is too old. */
export function followStream(handler: LambdaFunction, table: Table, options: FollowStreamOptions): void {
  handler.addEventSource(
    // CDK's interface says `?` where its class says `| undefined`: no difference to it, one to exactOptionalPropertyTypes.
    new DynamoEventSource(table as ITable, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [options.filter],
      batchSize: options.batchSize,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      // A function that dies cannot say which record it was: halving the batch finds it and lets those before it pass.
      bisectBatchOnError: true,
      // Without end, so that an outage is measured in time and not in attempts.
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
