import * as z from 'zod';
import type { HeldEvent } from '../../../events/held-event.ts';
import { validate } from '../../../events/input/validation.ts';
import { assertMayWriteEvent } from '../append/access.ts';
import { jsonBody } from '../http/json-body.ts';
import type { KeyedRequest } from '../http/request.ts';

/** Asserts that the key of a request may see and change a held event of its newsroom. */
export const allowedTo =
  ({ caller }: Pick<KeyedRequest, 'caller'>) =>
  ({ event }: HeldEvent): void =>
    assertMayWriteEvent(caller, event);

const noBodySchema = z.strictObject({});

/**
 * Asserts that a request has no body, or an empty object.
 *
 * @throws {InvalidInput} if it has one: its sender would believe that it counts
 */
export function assertNoBody(request: KeyedRequest): void {
  if (request.body.length > 0) validate(noBodySchema, jsonBody(request));
}
