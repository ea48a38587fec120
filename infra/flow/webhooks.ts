import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, FilterRule, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { fanOutTimeoutMs, sweepIntervalMs, workerTimeoutMs } from '../../events/webhooks/delivery-timing.ts';
import { workersOfQueue } from '../../events/webhooks/wake-group.ts';
import { bindQueue, bindTable } from '../bindings/bind.ts';
import { bindSubscribers, type SubscribersAction } from '../bindings/bind-subscribers.ts';
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
 * A FIFO queue locks the message groups of a batch until the whole batch has returned. The newsrooms of a larger batch
 * would wait for the slowest endpoint in it.
 */
const wakesPerInvocation = 1;

const fanningOut: readonly SubscribersAction[] = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'ConditionCheckItem',
  'PartiQLInsert',
];
const delivering: readonly SubscribersAction[] = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'PartiQLInsert',
];

export interface WebhooksOptions {
  readonly bundles: string;
  readonly eventLog: EventLog;
  readonly timelines: Timelines;
  readonly subscribers: Subscribers;
  readonly wakes: WakeQueues;
  readonly parked: DeadLetterQueue;
  readonly discarded: DeadLetterQueue;
  /** The hosts of this system, comma-separated. Messages are never sent there. */
  readonly ownHosts: string;
}

/**
 * Timelines checkpoint ─stream▶ fan-out ─▶ Subscribers, wakes ─▶ deliver ─signed POST▶ subscriber
 *
 * Only `deliver` and `deliver-slow` may read the secrets that sign messages. Fan-out and the sweep are denied them.
 */
export class Webhooks extends Construct {
  readonly fanOut: LambdaFunction;
  readonly sweep: LambdaFunction;
  /** The worker that serves most endpoints. */
  readonly deliver: LambdaFunction;
  readonly #options: WebhooksOptions;

  constructor(scope: Construct, id: string, options: WebhooksOptions) {
    super(scope, id);
    this.#options = options;
    const { bundles, timelines, wakes, discarded } = options;
    this.fanOut = lambdaFunction(this, 'fan-out', {
      bundles,
      description: 'Queues projected revisions for the endpoints that receive them',
      timeout: Duration.millis(fanOutTimeoutMs),
    });
    this.#bindFanOut(this.fanOut);
    followStream(this.fanOut, timelines, {
      // The checkpoint of the projection: a receiver can read in the timelines what a message is about.
      filter: FilterCriteria.filter({
        eventName: FilterRule.or('INSERT', 'MODIFY'),
        dynamodb: { Keys: { pk: { S: FilterRule.isEqual('META') }, sk: { S: FilterRule.isEqual('PROJECT') } } },
      }),
      batchSize: 1000,
      discarded,
    });
    this.#schedule('WakeFanOut', wakeEvery, this.fanOut, 'Wakes fan-out in case a stream record was lost');

    this.deliver = this.#worker(
      'deliver',
      'Sends messages to endpoints that answer quickly',
      wakes.prompt,
      workersOfQueue.prompt,
    );
    this.#worker('deliver-slow', 'Sends messages to endpoints that are slow or fail', wakes.slow, workersOfQueue.slow);

    this.sweep = lambdaFunction(this, 'sweep', {
      bundles,
      description: 'Wakes the workers of due endpoints, and measures how long messages wait',
      timeout: Duration.millis(fanOutTimeoutMs),
    });
    this.#bindFanOut(this.sweep);
    this.#schedule('WakeSweep', sweepEvery, this.sweep, 'Starts the sweep, which wakes the workers of due endpoints');
  }

  #bindFanOut(handler: LambdaFunction): void {
    const { eventLog, timelines, subscribers, wakes, parked } = this.#options;
    bindTable(handler, eventLog, ['Query']);
    bindTable(handler, timelines, ['GetItem']);
    bindSubscribers(handler, subscribers, fanningOut);
    bindQueue(handler, parked, 'PARKED_QUEUE_URL');
    wakes.bindTo(handler);
  }

  #worker(name: string, description: string, queue: WakeQueue, concurrency: number): LambdaFunction {
    const { bundles, eventLog, subscribers, wakes, ownHosts } = this.#options;
    const handler = lambdaFunction(this, name, {
      bundles,
      description,
      timeout: Duration.millis(workerTimeoutMs),
      reservedConcurrency: concurrency,
      // See docs/decisions/0054.
      wakesItself: true,
    });
    bindTable(handler, eventLog, ['Query', 'BatchGetItem']);
    bindSubscribers(handler, subscribers, delivering, { secrets: true });
    wakes.bindTo(handler);
    handler.addEnvironment('OWN_HOSTS', ownHosts);
    queue.grantConsumeMessages(handler);
    const mapping = handler.addEventSourceMapping('Wakes', {
      eventSourceArn: queue.queueArn,
      batchSize: wakesPerInvocation,
      // As many as the reserved concurrency: a wake that no worker is free for would end up in the dead letters.
      maxConcurrency: concurrency,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'A queue has no such destination in Lambda. The dead-letter queue of the queue takes its place.',
    });
    return handler;
  }

  #schedule(id: string, every: Duration, handler: LambdaFunction, description: string): void {
    const rule = new Rule(this, id, {
      description,
      schedule: Schedule.rate(every),
      targets: [new LambdaTarget(handler, { retryAttempts: 0, maxEventAge: every })],
    });
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'A wake that is lost does no harm: the next one does its work.',
    });
  }
}
