import * as z from 'zod';
import { statusSchema } from '../catalogue/fields/status.ts';
import { storySlugSchema } from '../catalogue/fields/story-slug.ts';
import { textOf } from '../catalogue/fields/text.ts';
import { catalogue } from '../catalogue/index.ts';
import { parseRange } from '../dates/range.ts';
import { InvalidInput } from '../input/errors.ts';
import { largestPosition } from '../position.ts';
import type { Filter } from '../timeline/filter.ts';

/** The type of a message that another endpoint of the same newsroom was disabled. Only a filter that names the type matches it. */
export const endpointDisabledType = 'webhook.endpoint.disabled';

/** The grammar of an endpoint's id. */
export const endpointIdPattern = /^wh_[a-z2-7]{26}$/;

/** The id of an endpoint in an answer. */
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
/** As JSON text in UTF-8. Bounded because fan-out reads all filters for every chunk, and lists of endpoints show them. */
const maximumFilterBytes = 8_192;

const eventTypes = [...Object.keys(catalogue), endpointDisabledType];
const emailAddress = z.email();
const httpsAddress = z.url({ protocol: /^https$/ });

function valuesOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .min(1, 'Must hold at least one value. Leave the field out to match all.')
    .max(maximumValues, `Must hold at most ${maximumValues} values.`);
}

/** Checks the range as that of a query is checked. The errors point at the fields instead of the parameters. */
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
  z
    .string()
    .optional()
    .describe(`${which} of the range in which it happened: an EDTF day, month or year, or an RFC 3339 instant.`);

/** Which events an endpoint wants: those that have one of the values of each list, and happened in the range. */
export const filterSchema = z
  .strictObject({
    stories: valuesOf(storySlugSchema).optional().describe('Slugs of stories.'),
    types: valuesOf(z.enum(eventTypes, `Must be one of ${eventTypes.join(', ')}.`))
      .optional()
      .describe(
        `Types of events. With ${endpointDisabledType}, a message is sent when another endpoint of the newsroom is disabled.`,
      ),
    places: valuesOf(textOf(maximumIdentifierLength)).optional().describe('The strongest identifiers of places.'),
    actors: valuesOf(textOf(maximumIdentifierLength)).optional().describe('The strongest identifiers of actors.'),
    statuses: valuesOf(statusSchema).optional().describe('The statuses that newsrooms gave the events.'),
    from: bound('The start'),
    to: bound('The end'),
  })
  .check(checkRange)
  .refine((filter) => bytesOf(filter) <= maximumFilterBytes, `Must have at most ${maximumFilterBytes} bytes as JSON.`)
  .meta({
    id: 'EndpointFilter',
    description: 'Which events an endpoint receives: those that match one value of each list, and the range.',
  });

/** The filter of an endpoint, as its newsroom sent it. */
export type EndpointFilter = z.infer<typeof filterSchema>;

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
    .max(maximumContactLength, `Must have at most ${maximumContactLength} characters.`)
    .refine(isContact, 'Must be an e-mail address or an https URL.')
    .describe('Whom to contact when the endpoint fails: an e-mail address or an https URL.'),
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
    contact: fields.contact,
  })
  .meta({ id: 'EndpointBody', description: 'A new endpoint.' });

/** The body that changes fields of an endpoint. */
export const endpointChangeSchema = z
  .strictObject({
    url: fields.url.optional(),
    description: fields.description.nullable().optional().describe('null removes it.'),
    filter: fields.filter.optional(),
    maxInFlight: fields.maxInFlight.optional(),
    contact: fields.contact.optional(),
  })
  .meta({ id: 'EndpointChangeBody', description: 'The fields of an endpoint to change.' });

export type EndpointChange = z.infer<typeof endpointChangeSchema>;

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

/** The filter as events are matched with it. @throws {InvalidInput} when its range is not valid */
export function filterOfEndpoint({ from, to, ...lists }: EndpointFilter): Filter {
  const given = Object.fromEntries(Object.entries(lists).filter(([, values]) => values !== undefined));
  return { ...given, range: parseRange({ from, to }) };
}
