import * as z from 'zod';
import { storyOfFacet } from '../../../events/filters/facet-keys.ts';
import { instantField, storyField } from '../../../events/revision-fields.ts';
import { redactedField } from '../formats/format.ts';
import { nextCursorField } from '../http/links.ts';
import type { FacetHead } from '../timelines/heads.ts';

/** What `GET /v1/stories/{story}` answers. */
export const storyAnswerSchema = z
  .object({
    story: storyField,
    title: z.string().describe('The title of the story. Its slug if no newsroom has described it.'),
    description: z.string().nullable().describe('What the story is about. Null if no newsroom has said it.'),
    timezone: z.string().describe('The time zone of the story (tz database).'),
    language: z.string().describe('The language of title and description (BCP 47).'),
    newsroom: z
      .string()
      .nullable()
      .describe(
        'The newsroom that owns the story: the first that published an event in it or described it, or that it was handed over to. Null if it is not known.',
      ),
    contributors: z
      .array(z.string())
      .nullable()
      .describe('The newsrooms that may add events to it, besides the one that owns it. Null if every newsroom may.'),
    entries: z.int().min(0).describe('How many entries the timeline of the story has.'),
    redacted: redactedField.describe('How many events of the story have been taken down.'),
    first: z
      .string()
      .nullable()
      .describe('The first day of the timeline. Null if it is open, or if there are no entries.'),
    last: z
      .string()
      .nullable()
      .describe('The last day of the timeline. Null if it is open, or if there are no entries.'),
    updatedAt: instantField.describe('When the story last changed.'),
  })
  .meta({
    id: 'Story',
    description: 'A story: its title and description, how many entries it has, and its first and last day.',
  });

/** What `GET /v1/stories` answers. */
export const storiesAnswerSchema = z
  .object({ stories: z.array(storyAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'Stories', description: 'A page of stories, by slug.' });

/** Whether the head of a story's facet is of a story: nobody owns one that was withdrawn, until somebody begins it again. */
export const isStory = ({ owner, entries, redacted, story }: FacetHead): boolean =>
  owner !== undefined || entries > 0 || (redacted ?? 0) > 0 || story !== undefined;

/** A story as answers show it. Without a description its slug is its title. */
export function storyAnswer(head: FacetHead): z.infer<typeof storyAnswerSchema> {
  const { facet, entries, redacted = 0, first, last, updatedAt } = head;
  const slug = storyOfFacet(facet);
  const { title = slug, description = null, timezone = 'UTC', language = 'en', contributors } = head.story ?? {};
  return {
    story: slug,
    title,
    description,
    timezone,
    language,
    newsroom: head.owner?.newsroom ?? null,
    contributors: contributors ?? null,
    entries,
    redacted,
    first,
    last,
    updatedAt,
  };
}

/** A page of stories as answers show it. */
export function storiesAnswer(
  heads: readonly FacetHead[],
  nextCursor: string | null,
): z.infer<typeof storiesAnswerSchema> {
  return { stories: heads.map(storyAnswer), nextCursor };
}
