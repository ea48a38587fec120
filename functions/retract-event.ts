import { retractionSchema } from './lib/append/revision-bodies.ts';
import { revisionRoute } from './lib/append/revision-route.ts';

/** Appends a retraction, which is final: timelines no longer show the event, and its note says why. */
export const handler = revisionRoute(retractionSchema, (body, common) => ({ kind: 'retract', ...body, ...common }));
