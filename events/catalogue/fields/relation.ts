import * as z from 'zod';
import { once } from '../../input/once.ts';
import { eventIdentifierSchema } from './identifiers.ts';

/**
 * The relation of an event to an earlier one, which is named by its `evt_` id or by its CloudEvents id in the same
 * newsroom.
 */
export const relationSchema = once(() =>
  z
    .strictObject({
      rel: z.enum(['amends', 'fulfils', 'under', 'disputes']).describe('How this event relates to the other.'),
      id: eventIdentifierSchema().describe(
        'The other event: its public id (`evt_…`), or its own `id` if it is of the same newsroom.',
      ),
    })
    .describe('How the event relates to another.'),
);
