import { messagesQuerySchema } from './lib/endpoints/endpoint-queries.ts';
import { endpointIn, type OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import type { MessagesAnswer } from './lib/endpoints/messages-answer.ts';
import { MessagesPage } from './lib/endpoints/messages-page.ts';
import { assertReached } from './lib/event-log/requested-position.ts';
import type { Answer } from './lib/http/answer.ts';
import { answerText } from './lib/http/answer.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { keyedRoute } from './lib/route/route.ts';
import { readFanOutCheckpoint } from './lib/subscribers/fan-out/fan-out-checkpoint.ts';

/**
 * Answers the messages to an endpoint, for a receiver that could not be reached. They have the same ids and positions
 * as the messages that are sent and, once they were attempted, the same bodies.
 */
async function read(request: OwnerRequest): Promise<Answer> {
  const { after, limit } = queryParameters(request, messagesQuerySchema);
  // The checkpoint is read first: everything up to it is queued for the endpoint, or in the range that is not searched
  // yet.
  const checkpoint = await readFanOutCheckpoint('consistent');
  const { position: through } = checkpoint;
  if (after > through) await assertReached(after);
  const found = await endpointIn(request);
  const page = new MessagesPage(after, limit, { ...found, checkpoint });
  await page.fill();
  const { messages, next } = page;
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      ...nextLink(request, 'after', after < next && next < through ? String(next) : null),
    },
    body: answerText<MessagesAnswer, 'events'>('events', messages, { next, head: through }),
  };
}

export const handler = keyedRoute(read);
