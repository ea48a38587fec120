import { allValues, noValues, valuesOf } from '../../../events/event-values.ts';
import type { Revision } from '../../../events/revision.ts';
import { storyType } from '../../../events/story.ts';
import { assertMayWrite } from '../append/access.ts';
import type { Caller } from '../http/request.ts';

/**
 * Asserts that a key may take down an event of its newsroom: every story that a revision of it has named is one of
 * those of the key.
 *
 * @param latest the latest revision, which carries on the stories of the earlier ones
 * @throws {Forbidden} if the key may not write to one of the stories
 */
export function assertMayRedact(caller: Caller, latest: Revision): void {
  // What is no event of this newsroom is not found, whatever its stories.
  if (latest.newsroom !== caller.newsroom || latest.event.type === storyType) return;
  const { stories } = allValues(latest.carried ?? noValues, valuesOf(latest));
  assertMayWrite(caller, { source: latest.event.source, stories });
}
