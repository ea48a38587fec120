import { retractionSchema } from './lib/append/revision-bodies.ts';
import { revisionRoute } from './lib/append/revision-route.ts';

/** Appends a retraction, which is final: the event is shown no more, and says why. */
export const handler = revisionRoute(retractionSchema, (body, common) => ({ kind: 'retract', ...body, ...common }));
