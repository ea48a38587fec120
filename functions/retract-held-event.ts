import { preconditionsOf } from './lib/append/preconditions.ts';
import { changeHeld } from './lib/embargo/change-held.ts';
import { allowedTo, assertNoBody } from './lib/embargo/held-request.ts';
import type { Answer } from './lib/http/answer.ts';
import { eventIdIn } from './lib/http/event-id.ts';
import type { KeyedRequest } from './lib/http/request.ts';
import { writingRoute } from './lib/quota/writing-route.ts';

/** Takes a held event back. It is gone, and nobody but its newsroom has seen it. */
async function retract(request: KeyedRequest): Promise<Answer> {
  const { caller, now, headers } = request;
  const eventId = eventIdIn(request);
  const { expected } = preconditionsOf(headers);
  assertNoBody(request);
  const command = { kind: 'retract', ...(expected !== undefined && { expected }) } as const;
  await changeHeld({ newsroom: caller.newsroom, eventId, command, now, allowed: allowedTo(request) });
  return { status: 204, written: { changes: 1 } };
}

export const handler = writingRoute(retract);
