import type { CloudEvent } from '../../../events/event.ts';
import { Forbidden } from '../../../events/input/errors.ts';
import type { Caller } from '../http/request.ts';

/** Compares piece by piece. A regular expression of many stars could take exponential time. */
function matches(pattern: string, story: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === story;
  if (!story.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = story.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return story.length - last.length >= from && story.endsWith(last);
}

/**
 * Asserts that the key may write events of a source to these stories.
 *
 * @throws {Forbidden} if the source is another newsroom's, or the key may not write to one of the stories
 */
export function assertMayWrite(
  caller: Caller,
  { source, stories }: { source: string; stories: readonly string[] },
): void {
  const own = `/newsrooms/${caller.newsroom}`;
  if (source !== own) throw new Forbidden(`The key belongs to ${own}. It cannot write as ${source}.`);
  if (caller.stories.length === 0) return;
  const foreign = stories.find((story) => !caller.stories.some((pattern) => matches(pattern, story)));
  if (foreign !== undefined) throw new Forbidden(`The key cannot write to the story ${foreign}.`);
}

/** Asserts that the key may write an event to every story that it belongs to. @throws {Forbidden} as `assertMayWrite` does */
export function assertMayWriteEvent(caller: Caller, { source, subject, data }: CloudEvent): void {
  assertMayWrite(caller, { source, stories: [subject, ...(data.stories ?? [])] });
}
