import type { Context } from 'aws-lambda';
import { follow } from './lib/follower.ts';
import { park } from './lib/parked.ts';
import { projector } from './lib/projector.ts';
import { streamHandler } from './lib/stream.ts';

/**
 * Brings the timelines up to the end of the feed. Woken by new feed entries and, in case a wake was lost, by a schedule; what
 * woke it does not matter.
 */
async function project(_event: unknown, context: Context): Promise<{ batchItemFailures: [] }> {
  await follow(projector(park), () => context.getRemainingTimeInMillis());
  return { batchItemFailures: [] };
}

export const handler = streamHandler(project);
