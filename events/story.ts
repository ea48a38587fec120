import * as z from 'zod';
import { languageSchema } from './catalogue/fields/language.ts';
import { textOf } from './catalogue/fields/text.ts';
import { isZone } from './dates/zone.ts';

/** The type of the event that describes a story. It is not in the catalogue: it is not one to be posted. */
export const storyType = 'story.described';

const maximumTitleLength = 300;
/** It stands in the head of the story's timeline, which every read of it reads. */
const maximumDescriptionLength = 2_000;

/** What a story is called and how it is told: the data of `story.described`, which only PUT /v1/stories/{story} makes. */
export const storySchema = z.strictObject({
  title: textOf(maximumTitleLength).describe('The title of the story.'),
  description: z
    .string()
    .max(maximumDescriptionLength)
    .optional()
    .describe('What the story is about, in a few sentences.'),
  timezone: z
    .string()
    .refine(isZone, 'Must be a zone of the tz database, such as Asia/Baku, or UTC.')
    .optional()
    .meta({ description: 'The time zone of the story (tz database). Default: UTC.', examples: ['Asia/Baku'] }),
  language: languageSchema.optional(),
});

export type Story = z.infer<typeof storySchema>;

/** The description that an event of type `story.described` holds. */
export const storyIn = ({ data }: { readonly data: object }): Story => data as Story;
