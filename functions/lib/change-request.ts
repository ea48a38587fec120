import * as z from 'zod';
import { textOf } from '../../events/catalogue/fields/text.ts';
import { NotFound } from '../../events/errors.ts';
import { eventIdPattern } from '../../events/identity.ts';
import type { Revision } from '../../events/revision.ts';
import { assertMayWrite } from './access.ts';
import type { Caller, Request } from './http.ts';

const longestNote = 2_000;

/** Why an event is corrected or retracted: shown to everyone. */
export const noteSchema = textOf(longestNote);

/** A JSON merge patch (RFC 7396) on an object: what it makes of the event is validated, not the patch. */
export const patchSchema = z.record(z.string(), z.unknown());

/**
 * The event id in the path.
 *
 * @throws NotFound if it is none
 */
export function eventIdIn({ pathParameters: { id = '' } }: Request): string {
  if (!eventIdPattern.test(id)) throw new NotFound('There is no event of this id; ids begin with evt_.');
  return id;
}

/** That the key may write to every story that the event is part of, as it will stand. */
export const allowedFor =
  (caller: Caller) =>
  ({ event }: Revision) =>
    assertMayWrite(caller, { source: event.source, stories: [event.subject, ...(event.data.stories ?? [])] });
