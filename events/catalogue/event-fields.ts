import * as z from 'zod';
import { whenSchema } from '../when.ts';
import { actorsSchema } from './fields/actor.ts';
import { languageSchema } from './fields/language.ts';
import { listOf } from './fields/list.ts';
import { placesSchema } from './fields/place.ts';
import { relationSchema } from './fields/relation.ts';
import { sourceSchema } from './fields/source.ts';
import { statusSchema } from './fields/status.ts';
import { storySlugSchema } from './fields/story-slug.ts';
import { textOf } from './fields/text.ts';
import { topicSchema } from './fields/topic.ts';

const maximumHeadlineLength = 300;

/** What the data of every event holds, whatever its type. */
export const eventFields = {
  when: whenSchema,
  headline: textOf(maximumHeadlineLength),
  summary: z.string().optional(),
  language: languageSchema.optional(),
  status: statusSchema,
  actors: actorsSchema.optional(),
  places: placesSchema.optional(),
  topics: listOf(topicSchema).optional(),
  sources: listOf(sourceSchema).min(1),
  stories: listOf(storySlugSchema).optional(),
  relations: listOf(relationSchema).optional(),
};

/** The data of an event of which no more is known than that it is one. */
export const eventDataSchema = z.looseObject(eventFields);
