import * as z from 'zod';
import { heldAnswer, type heldListSchema } from './lib/embargo/held-answer.ts';
import { listHeld } from './lib/held-events/held-events.ts';
import type { Answer } from './lib/http/answer.ts';
import { readCursor, writeCursor } from './lib/http/cursor.ts';
import { nextLink } from './lib/http/links.ts';
import { queryParameters } from './lib/http/query-parameters.ts';
import { pageQuerySchema } from './lib/http/query-schemas.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { isWithinStories } from './lib/http/story-limits.ts';
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
  const nextCursor = next === null ? null : writeCursor([next], query);
  const body: z.infer<typeof heldListSchema> = { heldEvents: shown.map(heldAnswer), nextCursor };
  return { status: 200, headers: nextLink(request, 'cursor', nextCursor), body };
}

export const handler = keyedRoute(list);
