import { NotFound } from '../events/input/errors.ts';
import { receiptsQuerySchema } from './lib/endpoints/endpoint-queries.ts';
import type { OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import { isCurrent, receiptOf } from './lib/endpoints/receipt.ts';
import type { ReceiptsAnswer } from './lib/endpoints/receipts-answer.ts';
import type { Answer } from './lib/http/answer.ts';
import { nextLink } from './lib/http/next-link.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { publishedEvent } from './lib/read/published-event.ts';
import { keyedRoute } from './lib/route/route.ts';
import { inParallel } from './lib/runtime/in-parallel.ts';
import { type Recipient, recipientsOf } from './lib/subscribers/recipients.ts';

const readsAtOnce = 16;

/** Answers who was sent an event, and who has acknowledged what of it: to the newsroom that wrote it, nobody else. */
async function read(request: OwnerRequest): Promise<Answer> {
  const { after = '', limit } = queryParameters(request, receiptsQuerySchema);
  const { published } = await publishedEvent(request, undefined, true);
  const { eventId, newsroom, revision, position } = published.at(-1) as (typeof published)[number];
  if (newsroom !== request.caller.newsroom) throw new NotFound('There is no event of this id that you wrote.');
  const reached = await recipientsOf(eventId);
  const asked = reached.filter(({ endpointId }) => endpointId > after);
  const page = asked.slice(0, limit);
  const next = asked.length > limit ? (page.at(-1) as Recipient).endpointId : null;
  const receipts = await inParallel(page, readsAtOnce, (one) => receiptOf(one, eventId, revision));
  const body: ReceiptsAnswer = {
    id: eventId,
    revision,
    position,
    endpoints: reached.length,
    acknowledged: reached.filter((one) => isCurrent(one, revision)).length,
    receipts,
    next,
  };
  return { status: 200, headers: nextLink(request, 'after', next), body };
}

export const handler = keyedRoute(read);
