import { storySlugSchema } from '../../../events/catalogue/fields/identifiers.ts';
import type { KnownStory } from '../../../events/decisions/decide-story.ts';
import { storyFacet } from '../../../events/filters/facet-keys.ts';
import { sourceOf } from '../../../events/identity.ts';
import { NotFound } from '../../../events/input/errors.ts';
import type { KeyedRequest } from '../http/request.ts';
import { readCheckpoint } from '../timelines/checkpoint.ts';
import { readHeads } from '../timelines/heads.ts';
import { assertMayWrite } from './access.ts';

/**
 * The story in the path of a request.
 *
 * @throws {NotFound} if no story can have this name
 * @throws {Forbidden} if the key is limited to other stories
 */
export function storyOfRequest({ caller, pathParameters: { story = '' } }: KeyedRequest): string {
  if (!storySlugSchema().safeParse(story).success) {
    throw new NotFound('No story can have this name. A name has 1 to 80 lower-case letters, digits and hyphens.');
  }
  assertMayWrite(caller, { source: sourceOf(caller.newsroom), stories: [story] });
  return story;
}

/** A story as the timelines show it, read consistently. */
export async function knownStory(story: string): Promise<KnownStory> {
  const { generation } = await readCheckpoint();
  const facet = storyFacet(story);
  const head = (await readHeads(generation, [facet], 'consistent')).get(facet);
  return { owner: head?.owner?.newsroom ?? null, entries: (head?.entries ?? 0) + (head?.redacted ?? 0) };
}
