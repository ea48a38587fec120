import * as z from 'zod';
import { existing } from '../events/decisions/decide-held.ts';
import { answerWithHeld, heldAnswer, type heldListSchema } from './lib/embargo/held-answer.ts';
import { allowedTo } from './lib/embargo/held-request.ts';
import { listHeld, readHeld } from './lib/held-events/held-events.ts';
import { listKey } from './lib/held-events/held-events-table.ts';
import type { Answer } from './lib/http/answer.ts';
import { fittingAnswer } from './lib/http/answer-size.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import { isWithinStories } from './lib/http/key-stories.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { pageQuerySchema } from './lib/http/query-schemas.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { keyedRoute } from './lib/route/route.ts';

/** The key of the last held event of the previous page. */
const cursorSchema = z.tuple([z.string()]);

/** Lists the events that the newsroom holds and the key may write, in the order of publication. */
async function list(request: KeyedRequest): Promise<Answer> {
  const { caller } = request;
  const { limit, cursor } = queryParameters(request, pageQuerySchema);
  const query = { list: 'held events', newsroom: caller.newsroom };
  const [after = null] = cursor === undefined ? [] : readCursor(cursor, query, cursorSchema);
  const { events, next } = await listHeld(caller.newsroom, after, limit);
  const shown = events.filter(({ event }) => isWithinStories(caller, event));
  const all = shown.map(heldAnswer);
  const fitting = fittingAnswer(all);
  const lastFitting = fitting.length < all.length ? shown[fitting.length - 1] : undefined;
  const last = lastFitting ? listKey(lastFitting).sk : next;
  const nextCursor = last === null ? null : writeCursor([last], query);
  const body: z.infer<typeof heldListSchema> = { heldEvents: [...fitting], nextCursor };
  return { status: 200, headers: nextLink(request, 'cursor', nextCursor), body };
}

/** Shows an event that the newsroom holds. */
async function one(request: KeyedRequest): Promise<Answer> {
  const held = existing(await readHeld(request.caller.newsroom, eventIdIn(request)));
  allowedTo(request)(held);
  return answerWithHeld(held);
}

/** Answers with the events that the newsroom of a key holds, or with one of them. */
export const handler = keyedRoute(async (request) =>
  request.pathParameters.id === undefined ? list(request) : one(request),
);
