import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, FilterRule, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { fanOutTimeoutMs, sweepIntervalMs, workerTimeoutMs } from '../../events/webhooks/delivery-timing.ts';
import { bindQueue } from '../bindings/bind-queue.ts';
import { bindSubscribers, type SubscribersAction } from '../bindings/bind-subscribers.ts';
import { bindTable } from '../bindings/bind-table.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import type { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import type { WakeQueue } from '../queues/wake-queue.ts';
import type { WakeQueues } from '../queues/wake-queues.ts';
import type { EventLog } from '../tables/event-log.ts';
import type { Subscribers } from '../tables/subscribers.ts';
import type { Timelines } from '../tables/timelines.ts';
import { followStream } from './follow-stream.ts';

const wakeEvery = Duration.minutes(5);
const sweepEvery = Duration.millis(sweepIntervalMs);

/**
 * A FIFO queue keeps the groups of all wakes of a batch locked until the whole batch has returned: endpoints that share one would wait
 * for the slowest of them.
 */
const wakesPerInvocation = 1;
/** As many endpoints at once. Those who fail can fill theirs: none of it is taken from those who do not. */
const promptWorkers = 100;
const slowWorkers = 20;

const fanningOut: readonly SubscribersAction[] = [
  'GetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'ConditionCheckItem',
];
const delivering: readonly SubscribersAction[] = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'];

export interface WebhooksOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly subscribers: Subscribers;
  readonly wakes: WakeQueues;
  readonly parked: DeadLetterQueue;
  readonly discarded: DeadLetterQueue;
  /** Hosts of this system, comma-separated: nothing is sent there. */
  readonly ownHosts: string;
}

/**
 * Timelines checkpoint ─stream▶ fan-out ─▶ Subscribers, wakes ─▶ deliver ─signed POST▶ subscriber
 *
 * Of these functions `deliver` and `deliver-slow` read the secrets that sign; fan-out and the sweep are denied them.
 */
export class Webhooks extends Construct {
  readonly fanOut: LambdaFunction;
  readonly sweep: LambdaFunction;
  readonly #options: WebhooksOptions;

  constructor(scope: Construct, id: string, options: WebhooksOptions) {
    super(scope, id);
    this.#options = options;
    const { bundles, timelines, wakes, discarded } = options;
    this.fanOut = lambdaFunction(this, 'fan-out', {
      bundles,
      description: 'Queues what is projected for everyone it is meant for',
      timeout: Duration.millis(fanOutTimeoutMs),
    });
    this.#bindFanOut(this.fanOut);
    followStream(this.fanOut, timelines, {
      // How far the timelines have come: whoever is told of something can read it there.
      filter: FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { Keys: { pk: { S: FilterRule.isEqual('META') }, sk: { S: FilterRule.isEqual('PROJECT') } } },
      }),
      batchSize: 1000,
      discarded,
    });
    this.#schedule('WakeFanOut', wakeEvery, this.fanOut, 'Wakes fan-out, should the wake of a record have been lost');

    this.#worker('deliver', 'Delivers to endpoints that answer well', wakes.prompt, promptWorkers);
    this.#worker('deliver-slow', 'Delivers to endpoints that are slow or fail', wakes.slow, slowWorkers);

    this.sweep = lambdaFunction(this, 'sweep', {
      bundles,
      description: 'Wakes whoever has something to do, and tells how far behind they are',
      timeout: Duration.millis(fanOutTimeoutMs),
    });
    this.#bindFanOut(this.sweep);
    this.#schedule('WakeSweep', sweepEvery, this.sweep, 'Wakes the workers of endpoints that have something due');
  }

  #bindFanOut(handler: LambdaFunction): void {
    const { eventLog, timelines, subscribers, wakes, parked } = this.#options;
    bindTable(handler, eventLog, ['Query']);
    bindTable(handler, timelines, ['GetItem']);
    bindSubscribers(handler, subscribers, fanningOut);
    bindQueue(handler, parked, 'PARKED_QUEUE_URL');
    wakes.bindTo(handler);
  }

  #worker(name: string, description: string, queue: WakeQueue, concurrency: number): void {
    const { bundles, eventLog, subscribers, wakes, ownHosts } = this.#options;
    const handler = lambdaFunction(this, name, {
      bundles,
      description,
      timeout: Duration.millis(workerTimeoutMs),
      reservedConcurrency: concurrency,
    });
    bindTable(handler, eventLog, ['Query']);
    bindSubscribers(handler, subscribers, delivering, { secrets: true });
    wakes.bindTo(handler);
    handler.addEnvironment('OWN_HOSTS', ownHosts);
    queue.grantConsumeMessages(handler);
    const mapping = handler.addEventSourceMapping('Wakes', {
      eventSourceArn: queue.queueArn,
      batchSize: wakesPerInvocation,
      // As many as are reserved: none is received that could not be handled, and so none is lost to the dead letters.
      maxConcurrency: concurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda has none for queues: what fails for good goes where the queue sends it.',
    });
  }

  #schedule(id: string, every: Duration, handler: LambdaFunction, description: string): void {
    const rule = new Rule(this, id, {
      description,
      schedule: Schedule.rate(every),
      targets: [new LambdaTarget(handler, { retryAttempts: 0, maxEventAge: every })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'A wake that cannot be delivered is made good by the next one.',
    });
  }
}
