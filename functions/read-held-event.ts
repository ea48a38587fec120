import { existing } from '../events/decide-held.ts';
import { answerWithHeld } from './lib/embargo/held-answer.ts';
import { allowedTo } from './lib/embargo/held-request.ts';
import { readHeld } from './lib/held-events/held-events.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { keyedRoute } from './lib/route/route.ts';

/** Shows an event that the newsroom holds. */
async function read(request: KeyedRequest): Promise<Answer> {
  const held = existing(await readHeld(request.caller.newsroom, eventIdIn(request)));
  allowedTo(request)(held);
  return answerWithHeld(held);
}

export const handler = keyedRoute(read);
