import { correctionSchema } from './lib/append/correction-body.ts';
import { changeRoute } from './lib/append/revision-route.ts';

/** Appends a correction: what the event says from now on, with a note that says why. */
export const handler = changeRoute(correctionSchema, (body, common) => ({ kind: 'correct', ...body, ...common }));
