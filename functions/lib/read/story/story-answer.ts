import * as z from 'zod';
import { storyOfFacet } from '../../../../events/filters/facet-keys.ts';
import { instantField, storyField } from '../../../../events/revision-fields.ts';
import type { Story } from '../../../../events/story.ts';
import { redactedField } from '../../formats/format.ts';
import { nextCursorField } from '../../http/links.ts';
import type { FacetHead } from '../../timelines/heads.ts';
import type { StoryThen } from './story-as-of.ts';

/**
 * Counting the entries of a past instant would read them all: the counts of the timeline do it, and say how far they
 * come.
 */
const notWithAsOf = 'Null with `asOf`: `/v1/timeline/counts` with the same `asOf` counts the entries of then.';

/** What `GET /v1/stories/{story}` answers. */
export const storyAnswerSchema = z
  .object({
    story: storyField,
    title: z.string().describe('The title of the story. Its slug if no newsroom has described it.'),
    description: z.string().nullable().describe('What the story is about. Null if no newsroom has described it.'),
    timezone: z.string().describe('The time zone of the story (tz database).'),
    language: z.string().describe('The language of title and description (BCP 47).'),
    newsroom: z
      .string()
      .nullable()
      .describe(
        'The newsroom that owns the story: the first that published an event in it or described it, or the one that it was transferred to. Null if it is not known, and with `asOf`.',
      ),
    contributors: z
      .array(z.string())
      .nullable()
      .describe('The newsrooms that may add events to it, besides the one that owns it. Null if every newsroom may.'),
    entries: z.int().min(0).nullable().describe(`How many entries the timeline of the story has. ${notWithAsOf}`),
    redacted: redactedField
      .nullable()
      .describe(`How many events of the story have been taken down. Null with \`asOf\`.`),
    first: z
      .string()
      .nullable()
      .describe(
        `The first day of the timeline: of an imprecise date, such as \`199X\`, the first that is possible; of an event without a start, its end. Null if there are no entries. ${notWithAsOf}`,
      ),
    last: z
      .string()
      .nullable()
      .describe(
        `The last day of the timeline: of an imprecise date, the last that is possible; of an event without an end, its start. Null if there are no entries. ${notWithAsOf}`,
      ),
    updatedAt: instantField.nullable().describe('When the story last changed. Null with `asOf`.'),
  })
  .meta({
    id: 'Story',
    description: 'A story: its title and description, how many entries it has, and its first and last day.',
  });

/** What `GET /v1/stories` answers. */
export const storiesAnswerSchema = z
  .object({ stories: z.array(storyAnswerSchema), nextCursor: nextCursorField })
  .meta({ id: 'Stories', description: 'A page of stories, by slug.' });

export type StoriesAnswer = z.infer<typeof storiesAnswerSchema>;

/**
 * Whether the head of a story's facet is of a story: nobody owns one that was withdrawn, until somebody begins it
 * again.
 */
export const isStory = ({ owner, entries, redacted, story }: FacetHead): boolean =>
  owner !== undefined || entries > 0 || (redacted ?? 0) > 0 || story !== undefined;

/** The description of a story as answers show it. Without one, its slug is its title. */
function descriptionOf(facet: string, story: Story | null | undefined) {
  const slug = storyOfFacet(facet);
  const { title = slug, description = null, timezone = 'UTC', language = 'en', contributors } = story ?? {};
  return { story: slug, title, description, timezone, language, contributors: contributors ?? null };
}

/** A story as answers show it. */
export function storyAnswer(head: FacetHead): z.infer<typeof storyAnswerSchema> {
  const { facet, entries, redacted = 0, first, last, updatedAt } = head;
  const { contributors, ...described } = descriptionOf(facet, head.story);
  return {
    ...described,
    newsroom: head.owner?.newsroom ?? null,
    contributors,
    entries,
    redacted,
    first,
    last,
    updatedAt,
  };
}

/** A story as it was at an instant, as answers show it. */
export function storyThenAnswer({ facet, described }: StoryThen): z.infer<typeof storyAnswerSchema> {
  const { contributors, ...rest } = descriptionOf(facet, described);
  const unknown = { entries: null, redacted: null, first: null, last: null, updatedAt: null };
  return { ...rest, newsroom: null, contributors, ...unknown };
}
