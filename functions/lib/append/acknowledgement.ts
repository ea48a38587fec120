import { acknowledgementOf } from '../../../events/decide.ts';
import type { Answer } from '../http/answer.ts';
import type { Appended } from './append-revision.ts';

/** The answer to a write: 201 with what was written, 200 with the same if it was there already. */
export function acknowledge({ revision, outcome }: Appended): Answer {
  return {
    status: outcome === 'created' ? 201 : 200,
    headers: {
      location: `/v1/events/${revision.eventId}`,
      etag: `"${revision.revision}"`,
      ...(outcome === 'replayed' && { 'idempotency-replayed': 'true' }),
    },
    body: acknowledgementOf(revision),
  };
}
