import type { Context, ScheduledEvent } from 'aws-lambda';
import { backlogAge, fanOutLag } from './lib/deliver/backlog-age.ts';
import { follow } from './lib/event-log/follower.ts';
import { fanOut } from './lib/fan-out/fan-out.ts';
import { inParallel } from './lib/runtime/in-parallel.ts';
import { milliseconds } from './lib/runtime/observability.ts';
import { streamHandler } from './lib/runtime/stream.ts';
import { type DueEndpoint, dueEndpointsBy } from './lib/subscribers/due-endpoints.ts';
import type { DeliveryQueue } from './lib/subscribers/endpoint-state.ts';
import { wake } from './lib/subscribers/wake-queue.ts';

const readsAtOnce = 16;
/** They come in the order of their ids, which are random: if many wait, some of them are among these. */
const endpointsLookedAt = 500;

const idsOn = (queue: DeliveryQueue, due: readonly DueEndpoint[]) =>
  due.filter((one) => one.queue === queue).map(({ id }) => id);

/**
 * Wakes the workers of all endpoints to which something is to be sent by now, should their wakes have been lost; follows the feed, should
 * fan-out not have been woken; and tells for how long anything has been waiting.
 */
async function sweep(_event: ScheduledEvent, context: Context): Promise<void> {
  const now = Date.now();
  const due: DueEndpoint[] = [];
  for await (const one of dueEndpointsBy(now)) due.push(one);
  await wake(idsOn('prompt', due), 'prompt');
  await wake(idsOn('slow', due), 'slow');
  const ages = await inParallel(due.slice(0, endpointsLookedAt), readsAtOnce, ({ id }) => backlogAge(id, now));
  milliseconds('BacklogAge', Math.max(0, ...ages));
  milliseconds('FanOutLag', await fanOutLag(now));
  await follow(fanOut(), () => context.getRemainingTimeInMillis());
}

export const handler = streamHandler(sweep);
