import { feedAfter } from './lib/event-log/feed.ts';
import type { Answer } from './lib/http/answer.ts';
import type { Request } from './lib/http/request.ts';
import { healthAnswer } from './lib/read/health/health-answer.ts';
import { publicRoute } from './lib/route/route.ts';
import { readCheckpoint } from './lib/timelines/checkpoint.ts';

/** No cache may answer for a system that is down. */
const headers = { 'cache-control': 'no-store' };

/** Answers whether the tables can be read, and whether the timelines show what is published. */
async function readHealth({ now }: Request): Promise<Answer> {
  const { position } = await readCheckpoint();
  const { entries } = await feedAfter(position, 1, 'eventual');
  return { status: 200, headers, body: healthAnswer(position, entries[0], now) };
}

export const handler = publicRoute(readHealth);
