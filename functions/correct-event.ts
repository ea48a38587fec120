import { assertPatchSize } from '../events/input/limits.ts';
import type { Warning } from '../events/warnings.ts';
import { assertMayAddStories } from './lib/append/contributors.ts';
import { putEvent } from './lib/append/put-event.ts';
import { correctionSchema } from './lib/append/revision-bodies.ts';
import { revisionRoute } from './lib/append/revision-route.ts';
import { warningsFor } from './lib/append/warnings-for.ts';
import { writingRoute } from './lib/quota/writing-route.ts';
import type { Handler } from './lib/route/gateway.ts';

/** Appends a correction: the new content of an event, with a note that says why. */
const correctEvent = revisionRoute(
  correctionSchema,
  (body, common) => {
    assertPatchSize(body.data, '/data');
    return { kind: 'correct', ...body, ...common };
  },
  assertMayAddStories,
  async ({ data }, { event }, request) => {
    const changed = Object.keys(data).map((field) => `/data/${field}`);
    const isChanged = ({ pointer }: Warning) => changed.some((one) => pointer === one || pointer.startsWith(`${one}/`));
    return (await warningsFor([{ event }], request)).filter(isChanged);
  },
);

const putEventByOwnId = writingRoute(putEvent);

/**
 * Corrects an event by its public id, or puts it by the id that its newsroom gave it. Both need the same permissions.
 */
export const handler: Handler = (event, context) =>
  event.requestContext.http.method === 'PUT' ? putEventByOwnId(event, context) : correctEvent(event, context);
