import { Forbidden, NotFound } from '../events/input/errors.ts';
import { receiptsQuerySchema } from './lib/endpoints/endpoint-queries.ts';
import type { OwnerRequest } from './lib/endpoints/endpoint-request.ts';
import { isCurrent, receiptOf } from './lib/endpoints/receipt.ts';
import { type ReceiptsAnswer, recipientsCounted } from './lib/endpoints/receipts-answer.ts';
import { latestPublished } from './lib/event-log/published.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { isWithinStories } from './lib/http/key-stories.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { assertPublished } from './lib/read/event/published-event.ts';
import { keyedRoute } from './lib/route/route.ts';
import { inParallel } from './lib/runtime/concurrency.ts';
import { firstRecipients, recipientsPage } from './lib/subscribers/deliveries/recipients.ts';

const readsAtOnce = 16;

/**
 * Answers the recipients of an event and what each has acknowledged. Only the newsroom that wrote the event may ask.
 */
async function read(request: OwnerRequest): Promise<Answer> {
  const { after = '', limit } = queryParameters(request, receiptsQuerySchema);
  const eventId = eventIdIn(request);
  const { published, waiting } = await latestPublished(eventId, 'consistent');
  assertPublished(published, waiting);
  const { newsroom, revision, position } = published;
  if (newsroom !== request.caller.newsroom) throw new NotFound('Your newsroom has written no event of this id.');
  if (!isWithinStories(request.caller, published.event)) {
    throw new Forbidden('The key is limited to other stories than those of this event.');
  }
  const [counted, { recipients, next }] = await Promise.all([
    firstRecipients(eventId, recipientsCounted),
    recipientsPage(eventId, after, limit),
  ]);
  const receipts = await inParallel(recipients, readsAtOnce, (recipient) => receiptOf(recipient, eventId, revision));
  const body: ReceiptsAnswer = {
    id: eventId,
    revision,
    position,
    endpoints: counted.length,
    acknowledged: counted.filter((recipient) => isCurrent(recipient, revision)).length,
    receipts: receipts.filter((receipt) => receipt !== null),
    next,
  };
  return { status: 200, headers: nextLink(request, 'after', next), body };
}

export const handler = keyedRoute(read);
