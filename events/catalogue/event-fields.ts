import * as z from 'zod';
import { whenSchema } from '../dates/when.ts';
import { maximumSummaryLength } from '../input/limits.ts';
import { once } from '../input/once.ts';
import { actorsSchema } from './fields/actor.ts';
import { storySlugSchema } from './fields/identifiers.ts';
import { imageSchema } from './fields/image.ts';
import { listOf } from './fields/list.ts';
import { placesSchema } from './fields/place.ts';
import { relationSchema } from './fields/relation.ts';
import { sourceSchema } from './fields/source.ts';
import { statusSchema } from './fields/status.ts';
import { anyTextOf, languageSchema, textOf } from './fields/text.ts';
import { topicSchema } from './fields/topic.ts';
import { translationsOf } from './fields/translation.ts';

const maximumHeadlineLength = 300;

const headlineSchema = textOf(maximumHeadlineLength).describe('What happened, in one line.');
const summarySchema = anyTextOf(maximumSummaryLength).optional().describe('What happened, in a few sentences.');

/** The fields of the data of every event, whatever its type. */
export const eventFields = once(() => ({
  when: whenSchema(),
  headline: headlineSchema,
  summary: summarySchema,
  language: languageSchema().optional(),
  translations: translationsOf({ headline: headlineSchema, summary: summarySchema }).optional(),
  status: statusSchema(),
  actors: actorsSchema().optional().describe('The actors of the event, besides those in the fields of its type.'),
  places: placesSchema().optional().describe('The places of the event, besides those in the fields of its type.'),
  topics: listOf(topicSchema).optional().describe('What the event is about.'),
  sources: listOf(sourceSchema, { minimum: 1 }).describe('Who reported the event.'),
  media: listOf(imageSchema).optional().describe('Images of the event.'),
  stories: listOf(storySlugSchema).optional().describe('Further stories that the event belongs to.'),
  relations: listOf(relationSchema).optional().describe('How the event relates to others.'),
}));

/** The data of an event of any type. */
export const eventDataSchema = once(() => z.looseObject(eventFields()));
