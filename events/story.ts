import * as z from 'zod';
import { newsroomSchema } from './catalogue/fields/identifiers.ts';
import { languageSchema, textOf } from './catalogue/fields/text.ts';
import { isZone } from './dates/zone.ts';
import { maximumCodeLength, maximumContributors } from './input/limits.ts';

/** The type of the event that describes a story. It is not in the catalogue, since it cannot be posted. */
export const storyType = 'story.described';

/** The source of what is about stories, of whichever newsroom. */
export const storySource = '/stories';

const maximumTitleLength = 300;
/** The head of the story's timeline stores it, and every read of that timeline reads the head. */
const maximumDescriptionLength = 2_000;

/** The data of `story.described`, which only PUT /v1/stories/{story} writes. */
export const storySchema = z.strictObject({
  title: textOf(maximumTitleLength).describe('The title of the story.'),
  description: z
    .string()
    .max(maximumDescriptionLength, { abort: true })
    .optional()
    .describe('What the story is about, in a few sentences.'),
  timezone: z
    .string()
    .refine(isZone, 'Must be a zone of the tz database, such as Asia/Baku, or UTC.')
    .optional()
    .meta({
      maxLength: maximumCodeLength,
      description: 'The time zone of the story (tz database). Default: UTC.',
      examples: ['Asia/Baku'],
    }),
  language: languageSchema().optional(),
  contributors: z
    .array(newsroomSchema())
    .max(maximumContributors, `Must hold at most ${maximumContributors} newsrooms.`)
    .optional()
    .describe(
      'The newsrooms that may add events to the story, besides the one that owns it. An empty list lets no other add any. Default: every newsroom may.',
    ),
});

export type Story = z.infer<typeof storySchema>;

/** The description in an event of the type `story.described`. */
export const storyIn = ({ data }: { readonly data: object }): Story => data as Story;
