import type { CloudEvent } from '../../../events/event.ts';
import { storiesOf } from '../../../events/filters/stories-of.ts';
import { sourceOf } from '../../../events/identity.ts';
import { Forbidden } from '../../../events/input/errors.ts';
import { storyOutside } from '../http/key-stories.ts';
import type { Caller } from '../http/request.ts';

/**
 * Asserts that the key may write events of a source to these stories.
 *
 * @throws {Forbidden} if the source is another newsroom's, or the key may not write to one of the stories
 */
export function assertMayWrite(
  caller: Caller,
  { source, stories }: { source: string; stories: readonly string[] },
): void {
  const own = sourceOf(caller.newsroom);
  if (source !== own) throw new Forbidden(`The key belongs to ${own}. It cannot write as ${source}.`);
  const foreign = storyOutside(caller, stories);
  if (foreign !== undefined) throw new Forbidden(`The key cannot write to the story ${foreign}.`);
}

/**
 * Asserts that the key may write an event to every story that it belongs to.
 *
 * @throws {Forbidden} as `assertMayWrite` does
 */
export function assertMayWriteEvent(caller: Caller, event: CloudEvent): void {
  assertMayWrite(caller, { source: event.source, stories: storiesOf(event) });
}
