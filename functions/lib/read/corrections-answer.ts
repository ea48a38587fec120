import * as z from 'zod';
import { correctionLineSchema } from '../../../events/timeline/correction.ts';
import { nextCursorField } from '../http/next-link.ts';

/** What `GET /v1/corrections` answers. */
export const correctionsAnswerSchema = z
  .object({ corrections: z.array(correctionLineSchema), nextCursor: nextCursorField })
  .meta({ id: 'Corrections', description: 'A page of the log of corrections, the newest first.' });

export type CorrectionsAnswer = z.infer<typeof correctionsAnswerSchema>;
