import * as z from 'zod';
import { amountsSchema } from '../../../events/quota.ts';
import { instantField, storyField } from '../../../events/revision-fields.ts';
import { endpointStatuses } from '../../../events/webhooks/statuses.ts';
import { endpointIdField } from '../../../events/webhooks/webhook-endpoint.ts';

/** So many stories of the record are looked at for those that the newsroom owns. */
export const maximumStoriesLookedAt = 500;

/** So many endpoints are shown; `GET /v1/webhook-endpoints` lists all. */
export const maximumEndpointsShown = 50;

/** What `GET /v1/newsroom` answers. */
export const newsroomAnswerSchema = z
  .object({
    newsroom: z.string().describe('The newsroom that the key belongs to.'),
    key: z
      .object({
        id: z.string().describe('The id of the key. It is no secret.'),
        scopes: z.array(z.string()).describe('What the key may do.'),
        stories: z
          .array(z.string())
          .describe('The stories that the key is limited to, as patterns. Empty if it is not limited.'),
      })
      .describe('The key of the request.'),
    usage: z
      .object({
        day: z.string().describe('The day, in UTC.'),
        used: amountsSchema.describe(
          'What the newsroom had used of its quotas about a minute ago, counted by samples.',
        ),
        limits: amountsSchema.describe('What it may use on a day.'),
      })
      .nullable()
      .describe('The quotas of today. Null if they cannot be read, which refuses nothing.'),
    stories: z
      .array(z.object({ story: storyField, title: z.string().describe('Its title, or its slug.') }))
      .describe(
        `The stories that the newsroom owns, by slug, among the first ${maximumStoriesLookedAt} of the record.`,
      ),
    storiesAreMore: z.boolean().describe('Whether the record has more stories than were looked at.'),
    heldEvents: z
      .object({
        events: z.int().min(0).describe('How many events the newsroom holds until their time.'),
        bytes: z.int().min(0).describe('Their size as JSON.'),
        next: instantField.nullable().describe('When the next one is to be published. Null if none is held.'),
      })
      .nullable()
      .describe(
        'The events that were sent with `publishAt`. Null without the scope `events:write`, and for a key that is limited to stories, since others may be held too.',
      ),
    endpoints: z
      .array(z.object({ id: endpointIdField, status: z.enum(endpointStatuses) }))
      .nullable()
      .describe(
        `The webhook endpoints that the key may manage, by id, at most ${maximumEndpointsShown}. Null without the scope \`webhooks:manage\`.`,
      ),
    endpointsAreMore: z.boolean().describe('Whether the newsroom has more endpoints.'),
  })
  .meta({ id: 'Newsroom', description: 'What the newsroom of a key has, and what the key may do.' });

export type NewsroomAnswer = z.infer<typeof newsroomAnswerSchema>;
