import * as z from 'zod';
import { eventIdentifierSchema } from './event-identifier.ts';

/** What an event is to an earlier one, by its `evt_` id or by its CloudEvents id in the same newsroom. */
export const relationSchema = z.strictObject({
  rel: z.enum(['amends', 'fulfils', 'under', 'disputes']).describe('What this event is to the other.'),
  id: eventIdentifierSchema.describe('The other event: its `evt_` id, or its CloudEvents id in the same newsroom.'),
});
