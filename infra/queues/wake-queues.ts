import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { slowQueueDelayMs, wakeVisibilityTimeoutMs } from '../../events/webhooks/delivery-timing.ts';
import { bindQueue } from '../bindings/bind.ts';
import { WakeQueue } from './wake-queue.ts';

const visibilityTimeout = Duration.millis(wakeVisibilityTimeoutMs);
const slowQueueDelay = Duration.millis(slowQueueDelayMs);

/**
 * The two queues of wakes: `prompt` for endpoints that answer quickly, and `slow` for those that are slow or fail, so
 * that they delay no others.
 */
export class WakeQueues extends Construct {
  readonly prompt: WakeQueue;
  readonly slow: WakeQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.prompt = new WakeQueue(this, 'Prompt', { visibilityTimeout });
    this.slow = new WakeQueue(this, 'Slow', { visibilityTimeout, deliveryDelay: slowQueueDelay });
  }

  /** Grants a function to wake workers. */
  bindTo(handler: LambdaFunction): void {
    bindQueue(handler, this.prompt, 'PROMPT_QUEUE_URL');
    bindQueue(handler, this.slow, 'SLOW_QUEUE_URL');
  }
}
