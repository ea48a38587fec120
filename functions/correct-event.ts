import { changeRoute } from './lib/change-request.ts';
import { correctionSchema } from './lib/correction-body.ts';

/** Appends a correction: what the event says from now on, with a note that says why. */
export const handler = changeRoute(correctionSchema, (body, common) => ({ kind: 'correct', ...body, ...common }));
