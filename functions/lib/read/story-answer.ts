import * as z from 'zod';
import { instantField, storyField } from '../../../events/revision-fields.ts';
import { nextCursorField } from '../http/next-link.ts';
import type { FacetHead } from '../timelines/read-timelines.ts';

/** What `GET /v1/stories/{story}` answers. */
export const storyAnswerSchema = z
  .object({
    story: storyField,
    title: z.string().describe('What it is called; its slug where nobody described it.'),
    description: z.string().nullable(),
    timezone: z.string().describe('The IANA zone that it is told in.'),
    language: z.string().describe('BCP 47.'),
    entries: z.int().min(0).describe('How many entries its timeline has.'),
    first: z.string().nullable().describe('The first day of its timeline; null where open or without entries.'),
    last: z.string().nullable().describe('The last day of its timeline; null where open or without entries.'),
    updatedAt: instantField.describe('When it last changed.'),
  })
  .meta({ id: 'Story', description: 'What a story is called, how many entries it has, and from when to when.' });

/** What `GET /v1/stories` answers. */
export const storiesAnswerSchema = z
  .object({ stories: z.array(storyAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'Stories', description: 'A page of stories, by name.' });

/** A story's facet, and the story of a facet. */
export const storyFacet = (story: string) => `S#${story}`;

/** A story as it is answered. One that nobody described is called by its name in the URL. */
export function storyAnswer(head: FacetHead): z.infer<typeof storyAnswerSchema> {
  const { facet, entries, first, last, updatedAt } = head;
  const story = facet.slice(2);
  const { title = story, description = null, timezone = 'UTC', language = 'en' } = head.story ?? {};
  return { story, title, description, timezone, language, entries, first, last, updatedAt };
}

/** A page of stories as it is answered. */
export function storiesAnswer(
  heads: readonly FacetHead[],
  nextCursor: string | null,
): z.infer<typeof storiesAnswerSchema> {
  return { stories: heads.map(storyAnswer), nextCursor };
}
