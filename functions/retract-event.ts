import { changeRoute } from './lib/change-request.ts';
import { retractionSchema } from './lib/retraction-body.ts';

/** Appends a retraction, which is final: the event is shown no more, and says why. */
export const handler = changeRoute(retractionSchema, (body, common) => ({ kind: 'retract', ...body, ...common }));
