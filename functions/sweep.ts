import type { Context, ScheduledEvent } from 'aws-lambda';
import { backlogAge, fanOutLag } from './lib/deliver/backlog-age.ts';
import { follow } from './lib/event-log/follower.ts';
import { fanOut } from './lib/fan-out/fan-out.ts';
import { inParallel } from './lib/runtime/concurrency.ts';
import { milliseconds } from './lib/runtime/observability.ts';
import { streamHandler } from './lib/runtime/stream.ts';
import { type DueEndpoint, dueEndpointsBy } from './lib/subscribers/endpoints/due-endpoints.ts';
import type { DeliveryQueue } from './lib/subscribers/endpoints/endpoint-state.ts';
import { wake } from './lib/subscribers/endpoints/wake-queue.ts';

const readsAtOnce = 16;
/**
 * Waiting times are measured for this many endpoints. They are in the order of their random ids, and so are a sample.
 */
const maximumMeasured = 500;

const servedBy = (queue: DeliveryQueue, due: readonly DueEndpoint[]) => due.filter((one) => one.queue === queue);

/**
 * Makes good for wakes that were lost: wakes the workers of all endpoints that are due, and fans out what is projected.
 * Also measures how long messages have been waiting.
 */
async function sweep(_event: ScheduledEvent, context: Context): Promise<void> {
  const now = Date.now();
  const due: DueEndpoint[] = [];
  for await (const one of dueEndpointsBy(now)) due.push(one);
  await wake(servedBy('prompt', due), 'prompt');
  await wake(servedBy('slow', due), 'slow');
  const ages = await inParallel(due.slice(0, maximumMeasured), readsAtOnce, ({ id }) => backlogAge(id, now));
  const lag = await fanOutLag(now);
  // A metric costs money in each hour in which it is published. BacklogAge always is, last: if it is absent, the sweep
  // does not work.
  if (lag > 0) milliseconds('FanOutLag', lag);
  milliseconds('BacklogAge', Math.max(0, ...ages));
  await follow(fanOut(), () => context.getRemainingTimeInMillis());
}

export const handler = streamHandler(sweep);
