import { setTimeout } from 'node:timers/promises';
import type { Context, ScheduledEvent } from 'aws-lambda';
import { publishDue } from './lib/embargo/publish-due.ts';
import { streamHandler } from './lib/runtime/stream.ts';

/** The time that is left for the last calls of an invocation. */
const reserveMs = 5_000;

/** Publishes events that were held until now, and until any instant of the next seconds. */
async function publish(_event: ScheduledEvent, context: Context): Promise<void> {
  await publishDue({
    now: Date.now,
    hasTime: () => context.getRemainingTimeInMillis() > reserveMs,
    wait: (ms) => setTimeout(ms),
    requestId: context.awsRequestId,
  });
}

export const handler = streamHandler(publish);
