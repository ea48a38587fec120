import * as z from 'zod';
import { noteSchema } from './note.ts';

/** The body of a retraction. */
export const retractionSchema = z.strictObject({ note: noteSchema }).meta({ id: 'RetractionBody' });
