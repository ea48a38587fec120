import * as z from 'zod';
import { changeRoute, noteSchema } from './lib/change-request.ts';

/** `data` is a JSON merge patch (RFC 7396): what it makes of the event is validated, not the patch. */
const bodySchema = z.strictObject({ note: noteSchema, data: z.record(z.string(), z.unknown()) });

/** Appends a correction: what the event says from now on, with a note that says why. */
export const handler = changeRoute(bodySchema, (body, common) => ({ kind: 'correct', ...body, ...common }));
