import type { CloudEvent } from '../../../events/event.ts';
import { Forbidden } from '../../../events/input/errors.ts';
import type { Caller } from './request.ts';

/** Piece by piece instead of a regular expression: a pattern of many stars must not take exponential time. */
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
 * That the key may write an event of this source to all of these stories.
 *
 * @throws {Forbidden} if the source is another newsroom's, or a story is none of the key's
 */
export function assertMayWrite(
  caller: Caller,
  { source, stories }: { source: string; stories: readonly string[] },
): void {
  const own = `/newsrooms/${caller.newsroom}`;
  if (source !== own) throw new Forbidden(`The key belongs to ${own} and cannot write as ${source}.`);
  if (caller.stories.length === 0) return;
  const foreign = stories.find((story) => !caller.stories.some((pattern) => matches(pattern, story)));
  if (foreign !== undefined) throw new Forbidden(`The key cannot write to the story ${foreign}.`);
}

/** That the key may write this event, to every story that it is part of. @throws {Forbidden} as above */
export function assertMayWriteEvent(caller: Caller, { source, subject, data }: CloudEvent): void {
  assertMayWrite(caller, { source, stories: [subject, ...(data.stories ?? [])] });
}
