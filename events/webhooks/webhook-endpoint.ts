import * as z from 'zod';
import { textOf } from '../catalogue/fields/text.ts';
import { maximumUrlLength } from '../input/limits.ts';
import { largestPosition } from '../revision-fields.ts';
import { filterSchema } from './endpoint-filter.ts';

/** The form of the id of an endpoint. */
export const endpointIdPattern = /^wh_[a-z2-7]{26}$/;

/** The id of an endpoint in an answer. */
export const endpointIdField = z
  .string()
  .regex(endpointIdPattern)
  .meta({ description: 'The id of the endpoint.', examples: ['wh_te73c6vbre67e74ncy75l2s54c'] });

const maximumDescriptionLength = 500;
/** Messages to one endpoint that may be in flight at once. */
export const maximumInFlight = 10;
const maximumContactLength = 320;

const emailAddress = z.email();
const httpsAddress = z.url({ protocol: /^https$/ });

const isContact = (text: string) => emailAddress.safeParse(text).success || httpsAddress.safeParse(text).success;

const position = z.int().min(0).max(largestPosition);

const fields = {
  url: z
    .string()
    .min(1)
    .max(maximumUrlLength, `Must have at most ${maximumUrlLength} characters.`)
    .meta({ description: 'The URL that messages are posted to: https, on a public host.', format: 'uri' }),
  description: textOf(maximumDescriptionLength).describe('What the endpoint is for, in words of the newsroom.'),
  filter: filterSchema.describe('Which events are sent. An empty filter matches all.'),
  maxInFlight: z
    .int()
    .min(1)
    .max(maximumInFlight)
    .describe('How many messages may be in flight at once. Default 1, which keeps their order.'),
  contact: z
    .string()
    .max(maximumContactLength, { error: `Must have at most ${maximumContactLength} characters.`, abort: true })
    .refine(isContact, 'Must be an e-mail address or an https URL.')
    .describe(
      'Whom to ask about the receiver: an e-mail address or an https URL. A note for your newsroom and for operators. Nothing is sent there.',
    ),
};

/** The body that registers an endpoint. */
export const endpointSchema = z
  .strictObject({
    url: fields.url,
    description: fields.description.optional(),
    filter: fields.filter,
    startAt: z
      .union([z.enum(['now', 'beginning']), position], 'Must be now, beginning or a position.')
      .optional()
      .describe(
        'Where to start: `now` (the default), with what is published from now on; `beginning`, with the first event of the record; or the first position to send.',
      ),
    maxInFlight: fields.maxInFlight.optional(),
    contact: fields.contact.optional(),
  })
  .meta({ id: 'EndpointBody', description: 'A new endpoint.' });

/** The body that changes fields of an endpoint. */
export const endpointChangeSchema = z
  .strictObject({
    url: fields.url.optional(),
    description: fields.description.nullable().optional().describe('null removes it.'),
    filter: fields.filter.optional(),
    maxInFlight: fields.maxInFlight.optional(),
    contact: fields.contact.nullable().optional().describe('null removes it.'),
  })
  .meta({ id: 'EndpointChangeBody', description: 'The fields of an endpoint to change.' });

/** The body that enables an endpoint. */
export const enablingSchema = z
  .strictObject({
    resumeFrom: z
      .union([z.enum(['backlog', 'now']), position], 'Must be backlog, now or a position.')
      .optional()
      .describe(
        'Where to resume: `backlog` (the default), after the last message that was settled; `now`, with what is published from now on; or the first position to send.',
      ),
  })
  .meta({ id: 'EnablingBody', description: 'Where to resume an endpoint.' });

const maximumOverlapSeconds = 86_400;

/** The body that rotates the secret of an endpoint. */
export const rotationSchema = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(maximumOverlapSeconds)
      .optional()
      .describe(`For how many seconds the previous secret signs too. Default ${maximumOverlapSeconds}.`),
  })
  .meta({ id: 'RotationBody', description: 'How to rotate the secret of an endpoint.' });
