import { correctionSchema } from './lib/append/revision-bodies.ts';
import { revisionRoute } from './lib/append/revision-route.ts';

/** Appends a correction: the new content of an event, with a note that says why. */
export const handler = revisionRoute(correctionSchema, (body, common) => ({ kind: 'correct', ...body, ...common }));
