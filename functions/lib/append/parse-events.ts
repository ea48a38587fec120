import { randomUUID } from 'node:crypto';
import { type CloudEvent, parseEvent } from '../../../events/event.ts';
import { type InputError, InvalidInput } from '../../../events/input/errors.ts';
import { assertEventSize, maximumErrors } from '../../../events/input/limits.ts';
import { placeInBinaryMode } from './binary-mode.ts';
import type { IncomingEvents } from './cloud-events-request.ts';

/**
 * Parses the events of a request. The check ends with the event that has the hundred-and-first error.
 *
 * @param source of an event that names none
 * @throws {InvalidInput} with the errors of all of them
 * @throws {TooLarge} for the first that is too large with the attributes that it gets
 */
export function parseEvents({ events: incoming, binary }: IncomingEvents, source: string): CloudEvent[] {
  const errors: InputError[] = [];
  const events = incoming.flatMap(({ input, pointer, id }) => {
    if (errors.length > maximumErrors) return [];
    try {
      const event = parseEvent(input, { id: id ?? randomUUID(), source }, pointer);
      // It must be found before the first event of a batch is written or held.
      assertEventSize(event, { pointer: pointer ?? '', isCompleted: true });
      return [event];
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      errors.push(...error.errors);
      return [];
    }
  });
  if (errors.length > 0) throw new InvalidInput(binary ? errors.map(placeInBinaryMode) : errors);
  return events;
}
