import type { CloudEvent } from '../../../events/event.ts';
import { eventIdOf, eventIdPattern } from '../../../events/identity.ts';
import { Conflict, InvalidInput, Redacted } from '../../../events/input/errors.ts';
import type { Revision, RevisionReference } from '../../../events/revision.ts';
import type { Answer } from '../http/answer.ts';
import type { KeyedRequest } from '../http/request.ts';
import { acknowledge, acknowledgeBatch, type BatchResult } from './acknowledgement.ts';
import { recordEvent } from './record-event.ts';

/**
 * What the header `Follows` names.
 *
 * @throws {InvalidInput} naming the header
 */
function followedBy({ headers }: KeyedRequest): RevisionReference | null {
  const { follows } = headers;
  if (follows === undefined) return null;
  if (eventIdPattern.test(follows)) return { eventId: follows, revision: 0 };
  const detail = 'Must be the id of an event as the API returned it, evt_ and 26 letters and digits, sent once.';
  throw new InvalidInput([{ header: 'follows', detail }]);
}

async function resultOf(
  event: CloudEvent,
  follows: RevisionReference | null,
  request: KeyedRequest,
): Promise<BatchResult & { readonly stored?: Revision }> {
  try {
    const { revision, outcome } = await recordEvent(event, follows, request);
    return { id: revision.eventId, revision: revision.revision, outcome, stored: revision };
  } catch (error) {
    const isRefused = error instanceof Conflict || error instanceof Redacted;
    if (!isRefused) throw error;
    const outcome = error instanceof Conflict ? 'conflict' : 'redacted';
    return { id: eventIdOf(event.source, event.id), revision: 0, outcome };
  }
}

/**
 * Records events one after the other, each as following one before it: so they are published in the order of the batch,
 * whatever is interrupted and sent again.
 *
 * @param follows what the first of them follows
 */
async function recordBatch(
  events: readonly CloudEvent[],
  follows: RevisionReference | null,
  request: KeyedRequest,
): Promise<Answer> {
  const results: BatchResult[] = [];
  let before = follows;
  let hasBegun = false;
  for (const event of events) {
    const asked = before?.eventId === eventIdOf(event.source, event.id) ? null : before;
    const { stored, ...result } = await resultOf(event, asked, request);
    results.push(result);
    if (!stored) continue;
    // What follows something else was stored apart from this batch, and what comes after it would not wait for those
    // before it. A put whose answer was lost is a replay too, and one of this batch.
    const isOfBatch = stored.follows?.eventId === asked?.eventId;
    if (isOfBatch || !hasBegun) before = { eventId: result.id, revision: 0 };
    hasBegun ||= isOfBatch;
  }
  return acknowledgeBatch(results);
}

/**
 * Records the events of a request, and acknowledges them.
 *
 * @param isBatch whether the answer has an outcome for each
 * @throws {InvalidInput} naming the header `Follows`
 * @throws {Conflict} if the only event has the id of another one
 * @throws {Redacted} if the only event was taken down
 */
export async function recordEvents(
  events: readonly CloudEvent[],
  isBatch: boolean,
  request: KeyedRequest,
): Promise<Answer> {
  const follows = followedBy(request);
  if (isBatch) return recordBatch(events, follows, request);
  return acknowledge(await recordEvent(events[0] as CloudEvent, follows, request));
}
