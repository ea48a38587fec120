import { DeleteItemCommand, PutItemCommand, QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { maximumFacetBytes } from '../../../events/input/limits.ts';
import { once } from '../../../events/input/once.ts';
import type { Place } from '../../../events/revision.ts';
import type { Story } from '../../../events/story.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { jsonText, storedItem } from '../runtime/stored-item.ts';
import { descriptionsKey, timelinesTable } from './timelines-table.ts';

/** A description of a story that took effect, and when; null if the story was withdrawn. */
export interface Description {
  readonly facet: string;
  readonly position: number;
  readonly publishedAt: string;
  readonly story: Story | null;
}

/** A description in the timelines. It was checked when it was accepted. */
export const storedStorySchema = once(() =>
  z.object({
    title: z.string(),
    description: z.string().optional(),
    timezone: z.string().optional(),
    language: z.string().optional(),
    contributors: z.array(z.string()).optional(),
  }),
);

/** `n` is the position and `e` the description as JSON text. The sort key is publishedAt. */
const descriptions = storedItem({
  kind: 'description',
  version: 1,
  schema: () => z.object({ n: z.int(), e: jsonText(storedStorySchema().nullable()) }),
});

/** The description of a story by a revision that took effect. */
export const descriptionAt = (facet: string, { position, publishedAt }: Place, story: Story | null): Description => ({
  facet,
  position,
  publishedAt,
  story,
});

/** The writes that keep descriptions, for timelines as of an earlier instant. */
export function descriptionPuts(generation: string, kept: readonly Description[]): TransactWriteItem[] {
  return kept.map(({ facet, position, publishedAt, story }) => {
    const Item = descriptions.write(
      { pk: descriptionsKey(generation, facet), sk: publishedAt },
      { n: position, e: story },
    );
    return { Put: { TableName: timelinesTable, Item } };
  });
}

async function descriptionItems(pk: string, condition: string, moment: string, consistency: Consistency) {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: `pk = :pk AND sk ${condition} :moment`,
      ExpressionAttributeValues: { ':pk': { S: pk }, ':moment': { S: moment } },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: isConsistent(consistency),
    }),
  );
  return Items.map((item) => descriptions.read(item));
}

/**
 * Takes what a revision said of a story out of the list of its descriptions. Call it for the revisions of the story
 * from the first on. From then on the story has no description, until a later one takes effect: the list says so only
 * if it had one before.
 *
 * @param isGone whether the content of the revision was taken down
 */
export async function eraseDescription(
  generation: string,
  facet: string,
  publishedAt: string,
  isGone: boolean,
): Promise<void> {
  const pk = descriptionsKey(generation, facet);
  const [known] = await descriptionItems(pk, '=', publishedAt, 'consistent');
  if (!known || (!isGone && known.e !== null)) return;
  const [before] = await descriptionItems(pk, '<', publishedAt, 'consistent');
  const key = { pk, sk: publishedAt };
  if (before?.e) {
    const Item = descriptions.write(key, { n: known.n, e: null });
    await dynamodb.send(new PutItemCommand({ TableName: timelinesTable, Item }));
  } else await dynamodb.send(new DeleteItemCommand({ TableName: timelinesTable, Key: marshall(key) }));
}

/**
 * The description of a story as of a moment: null if it was taken back or taken down by then, undefined if there was
 * none yet.
 *
 * @param moment RFC 3339
 */
export async function describedBy(
  generation: string,
  facet: string,
  moment: string,
  consistency: Consistency,
): Promise<Story | null | undefined> {
  if (Buffer.byteLength(facet) > maximumFacetBytes) return undefined;
  const [last] = await descriptionItems(descriptionsKey(generation, facet), '<=', moment, consistency);
  return last?.e;
}

/** The description of a story as of a moment; null if it had none. Parameters as of `describedBy`. */
export const readDescription = async (...asked: Parameters<typeof describedBy>): Promise<Story | null> =>
  (await describedBy(...asked)) ?? null;
