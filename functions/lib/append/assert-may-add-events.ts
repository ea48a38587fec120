import type { CloudEvent } from '../../../events/event.ts';
import { storiesOf } from '../../../events/filters/stories-of.ts';
import { eventIdOf } from '../../../events/identity.ts';
import { readRevision } from '../event-log/log.ts';
import type { KeyedRequest } from '../http/request.ts';
import { closedStory, storiesClosedTo } from './contributors.ts';

/**
 * Asserts that the newsroom may add the events to their stories. An event that is stored already is replayed, even if
 * its newsroom may not add events any more.
 *
 * @throws {Forbidden} for the first that it may not add
 */
export async function assertMayAddEvents(events: readonly CloudEvent[], { caller, now }: KeyedRequest): Promise<void> {
  const closed = await storiesClosedTo(caller.newsroom, events.flatMap(storiesOf), now);
  if (closed.size === 0) return;
  for (const event of events) {
    const story = storiesOf(event).find((name) => closed.has(name));
    if (story === undefined || (await readRevision(eventIdOf(event.source, event.id), 0))) continue;
    throw closedStory(story, closed.get(story) as string);
  }
}
