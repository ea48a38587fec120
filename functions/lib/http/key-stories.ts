import { type InStories, storiesOf } from '../../../events/filters/stories-of.ts';
import type { Caller } from './request.ts';

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

/** The first of some stories to which a key is not allowed; undefined if it is allowed to all of them. */
export function storyOutside(
  { stories: patterns }: Pick<Caller, 'stories'>,
  stories: readonly string[],
): string | undefined {
  if (patterns.length === 0) return undefined;
  return stories.find((story) => !patterns.some((pattern) => matches(pattern, story)));
}

/** Whether a key is allowed to every story of an event. */
export const isWithinStories = (caller: Pick<Caller, 'stories'>, event: InStories): boolean =>
  storyOutside(caller, storiesOf(event)) === undefined;
