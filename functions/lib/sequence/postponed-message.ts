import * as z from 'zod';
import { jsonText } from '../runtime/stored-item.ts';

/** A message of the queue of postponed revisions, as JSON text: the key of a revision in the log. */
export const postponedMessage = jsonText(z.strictObject({ pk: z.string(), sk: z.string() }));
