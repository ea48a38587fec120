import * as z from 'zod';
import { changeRoute, noteSchema } from './lib/change-request.ts';

const bodySchema = z.strictObject({ note: noteSchema });

/** Appends a retraction, which is final: the event is shown no more, and says why. */
export const handler = changeRoute(bodySchema, (body, common) => ({ kind: 'retract', ...body, ...common }));
