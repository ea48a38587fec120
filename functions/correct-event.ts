import { assertPatchSize } from '../events/input/limits.ts';
import { correctionSchema } from './lib/append/revision-bodies.ts';
import { revisionRoute } from './lib/append/revision-route.ts';

/** Appends a correction: the new content of an event, with a note that says why. */
export const handler = revisionRoute(correctionSchema, (body, common) => {
  assertPatchSize(body.data, '/data');
  return { kind: 'correct', ...body, ...common };
});
