import * as z from 'zod';
import { statusSchema } from '../catalogue/fields/status.ts';
import { storySlugSchema } from '../catalogue/fields/story-slug.ts';
import { textOf } from '../catalogue/fields/text.ts';
import { catalogue } from '../catalogue/index.ts';
import { parseRange } from '../dates/range.ts';
import { InvalidInput } from '../input/errors.ts';
import { largestPosition } from '../position.ts';
import type { Filter } from '../timeline/filter.ts';

/** What an endpoint is told of the others of its owner, if it asks for this type by name. */
export const endpointDisabledType = 'webhook.endpoint.disabled';

/** What every id of an endpoint looks like. */
export const endpointIdPattern = /^wh_[a-z2-7]{26}$/;

/** The id of an endpoint, wherever it is answered. */
export const endpointIdField = z
  .string()
  .regex(endpointIdPattern)
  .meta({ description: 'The id of the endpoint.', examples: ['wh_te73c6vbre67e74ncy75l2s54c'] });

const maximumValues = 50;
const maximumDescriptionLength = 500;
const maximumInFlight = 10;
const maximumUrlLength = 2_000;
const maximumContactLength = 320;
const maximumIdentifierLength = 200;
/** As JSON text in UTF-8: it is read for every chunk that is fanned out, and shown in lists of endpoints. */
const maximumFilterBytes = 8_192;

const eventTypes = [...Object.keys(catalogue), endpointDisabledType];
const emailAddress = z.email();
const httpsAddress = z.url({ protocol: /^https$/ });

function valuesOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .min(1, 'Must hold a value; leave it out to take all.')
    .max(maximumValues, `Must hold at most ${maximumValues} values.`);
}

/** Reads the range as a query's is read, and says of its fields what would be said of the parameters. */
function checkRange(context: z.core.ParsePayload<{ from?: string | undefined; to?: string | undefined }>): void {
  const { from, to } = context.value;
  try {
    parseRange({ from, to });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    for (const { detail, ...place } of error.errors) {
      const path = 'parameter' in place ? [place.parameter] : [];
      context.issues.push({ code: 'custom', message: detail, path, input: context.value });
    }
  }
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const bound = (which: string) =>
  z.string().optional().describe(`When it happened, ${which}: an EDTF day, month or year, or an RFC 3339 instant.`);

/** What an endpoint asks for: of each list that there is one of the values, and a range of when it happened. */
export const filterSchema = z
  .strictObject({
    stories: valuesOf(storySlugSchema).optional().describe('Stories, by their slugs.'),
    types: valuesOf(z.enum(eventTypes, `Must be one of ${eventTypes.join(', ')}.`))
      .optional()
      .describe(`Types of events, and ${endpointDisabledType}: that another endpoint of the newsroom was disabled.`),
    places: valuesOf(textOf(maximumIdentifierLength)).optional().describe('Places, by their strongest identifiers.'),
    actors: valuesOf(textOf(maximumIdentifierLength)).optional().describe('Actors, by their strongest identifiers.'),
    statuses: valuesOf(statusSchema).optional().describe('How sure the newsroom is.'),
    from: bound('from'),
    to: bound('to'),
  })
  .check(checkRange)
  .refine((filter) => bytesOf(filter) <= maximumFilterBytes, `Must have at most ${maximumFilterBytes} bytes as JSON.`)
  .meta({ id: 'EndpointFilter' });

/** What an endpoint asks for, as it was sent. */
export type EndpointFilter = z.infer<typeof filterSchema>;

const isContact = (text: string) => emailAddress.safeParse(text).success || httpsAddress.safeParse(text).success;

const position = z.int().min(0).max(largestPosition);

const fields = {
  url: z
    .string()
    .min(1)
    .max(maximumUrlLength, `Must have at most ${maximumUrlLength} characters.`)
    .meta({ description: 'Where messages are posted to: an https URL of a public host.', format: 'uri' }),
  description: textOf(maximumDescriptionLength).describe('What it is for, in words of the newsroom.'),
  filter: filterSchema.describe('Which events are sent; all, if it is empty.'),
  maxInFlight: z
    .int()
    .min(1)
    .max(maximumInFlight)
    .describe('How many messages may be under way at once; 1 if left out, which keeps their order.'),
  contact: z
    .string()
    .max(maximumContactLength, `Must have at most ${maximumContactLength} characters.`)
    .refine(isContact, 'Must be an e-mail address or an https URL.')
    .describe('Whom to tell that it fails: an e-mail address or an https URL.'),
};

/** What a new endpoint is. */
export const endpointSchema = z
  .strictObject({
    url: fields.url,
    description: fields.description.optional(),
    filter: fields.filter,
    startAt: z
      .union([z.enum(['now', 'beginning']), position], 'Must be now, beginning or a position.')
      .optional()
      .describe('The first that may be sent: what is published from now on (if left out), all, or from a position on.'),
    maxInFlight: fields.maxInFlight.optional(),
    contact: fields.contact,
  })
  .meta({ id: 'EndpointBody' });

/** What of an endpoint is to be otherwise. */
export const endpointChangeSchema = z
  .strictObject({
    url: fields.url.optional(),
    description: fields.description.nullable().optional().describe('Null takes it away.'),
    filter: fields.filter.optional(),
    maxInFlight: fields.maxInFlight.optional(),
    contact: fields.contact.optional(),
  })
  .meta({ id: 'EndpointChangeBody' });

export type EndpointChange = z.infer<typeof endpointChangeSchema>;

/** From where on an endpoint receives again. */
export const enablingSchema = z
  .strictObject({
    resumeFrom: z
      .union([z.enum(['backlog', 'now']), position], 'Must be backlog, now or a position.')
      .optional()
      .describe('After the last that was acknowledged (if left out), what is published from now on, or a position.'),
  })
  .meta({ id: 'EnablingBody' });

const maximumOverlapSeconds = 86_400;

/** How a new secret takes the place of the one before. */
export const rotationSchema = z
  .strictObject({
    overlapSeconds: z
      .int()
      .min(0)
      .max(maximumOverlapSeconds)
      .optional()
      .describe(`For how long the one before signs too; ${maximumOverlapSeconds} if left out.`),
  })
  .meta({ id: 'RotationBody' });

/** The filter as events are matched with it. @throws {InvalidInput} if its range was never checked */
export function filterOfEndpoint({ from, to, ...lists }: EndpointFilter): Filter {
  const given = Object.fromEntries(Object.entries(lists).filter(([, values]) => values !== undefined));
  return { ...given, range: parseRange({ from, to }) };
}
