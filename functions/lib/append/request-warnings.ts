import type { CloudEvent } from '../../../events/event.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import type { Warning } from '../../../events/warnings.ts';
import { readRevision } from '../event-log/log.ts';
import type { KeyedRequest } from '../http/request.ts';
import { inParallel } from '../runtime/concurrency.ts';
import { placeInBinaryMode } from './binary-mode.ts';
import type { IncomingEvents } from './cloud-events-request.ts';
import type { PlacedEvent } from './story-warnings.ts';
import { warningsFor } from './warnings-for.ts';
import { isStrict } from './with-warnings.ts';

/** A strict batch with warnings reads so many of its events side by side. */
const readersOfStored = 8;

/** Whether a warning is about the event at a place of the request. That of the whole request is about each. */
const isAbout = ({ pointer: about }: Warning, place: string): boolean =>
  about === '' || place === '' || about === place || about.startsWith(`${place}/`);

/** Those of some warnings that are about events which are not stored yet. */
async function aboutNewEvents(warnings: readonly Warning[], placed: readonly PlacedEvent[]): Promise<Warning[]> {
  const isNew = await inParallel(placed, readersOfStored, async ({ event: { source, id } }) => {
    return (await readRevision(eventIdOf(source, id), 0)) === null;
  });
  const places = placed.filter((_, index) => isNew[index]).map(({ pointer = '' }) => pointer);
  return warnings.filter((warning) => places.some((place) => isAbout(warning, place)));
}

/**
 * The warnings for the events of a request. In binary mode a place is a pointer into the data. What is stored already
 * has been decided before: in a strict request it is replayed, whatever looks wrong.
 *
 * @throws {InvalidInput} in a strict request, if there are any
 */
export async function requestWarnings(
  events: readonly CloudEvent[],
  { events: incoming, binary }: IncomingEvents,
  request: KeyedRequest,
): Promise<Warning[]> {
  const placed = events.map((event, index) => ({ event, pointer: incoming[index]?.pointer }));
  const found = await warningsFor(placed, request);
  if (isStrict(request) && found.length > 0) {
    const refused = await aboutNewEvents(found, placed);
    if (refused.length > 0) throw new InvalidInput(binary ? refused.map(placeInBinaryMode) : refused);
  }
  return binary ? found.map((warning) => ({ ...warning, pointer: warning.pointer.replace(/^\/data/, '') })) : found;
}
