import type { HeldEvent } from '../../../events/held-event.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { assertMayWriteEvent } from '../append/access.ts';
import type { KeyedRequest } from '../http/request.ts';

/** Asserts that the key of a request may see and change a held event of its newsroom. */
export const allowedTo =
  ({ caller }: Pick<KeyedRequest, 'caller'>) =>
  ({ event }: HeldEvent): void =>
    assertMayWriteEvent(caller, event);

/** Asserts that a request has no body, or an empty object. @throws {InvalidInput} if it has one: its sender would believe that it counts */
export function assertNoBody({ body }: Pick<KeyedRequest, 'body'>): void {
  if (['', '{}'].includes(body.toString().trim())) return;
  throw new InvalidInput([{ pointer: '', detail: 'Must be empty. Send the request without a body.' }]);
}
