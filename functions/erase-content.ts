import type { Context, ScheduledEvent } from 'aws-lambda';
import { forgetHeld } from './lib/embargo/forget-held.ts';
import { eraseContent } from './lib/erase/erase-content.ts';
import { invalidateCaches } from './lib/erase/invalidate.ts';
import { streamHandler } from './lib/runtime/stream.ts';

/** The time that is left for the last calls of an invocation. */
const reserveMs = 15_000;

/** Carries out redactions: takes their content out of the log once nothing needs it there, and out of caches. */
async function erase(_event: ScheduledEvent, context: Context): Promise<void> {
  const hasTime = () => context.getRemainingTimeInMillis() > reserveMs;
  await eraseContent({ now: Date.now, hasTime, invalidate: invalidateCaches, forgetHeld });
}

export const handler = streamHandler(erase);
