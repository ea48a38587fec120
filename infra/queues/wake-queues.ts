import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { bindQueue } from '../bindings/bind-queue.ts';
import { WakeQueue } from './wake-queue.ts';

/** How long a worker may take. */
export const workerTimeout = Duration.seconds(30);
const visibilityTimeout = Duration.seconds(35);
/** The first backoff: who fails is tried again so much later. */
const firstBackoff = Duration.seconds(5);

/** What wakes workers: of endpoints that answer well, and of those that are slow or fail, so that none of these delays any of those. */
export class WakeQueues extends Construct {
  readonly prompt: WakeQueue;
  readonly slow: WakeQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.prompt = new WakeQueue(this, 'Prompt', { visibilityTimeout });
    this.slow = new WakeQueue(this, 'Slow', { visibilityTimeout, deliveryDelay: firstBackoff });
  }

  /** Lets a function wake workers. */
  bindTo(handler: LambdaFunction): void {
    bindQueue(handler, this.prompt, 'PROMPT_QUEUE_URL');
    bindQueue(handler, this.slow, 'SLOW_QUEUE_URL');
  }
}
