import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { maximumFacetBytes } from '../../../events/input/limits.ts';
import type { Place } from '../../../events/revision.ts';
import type { Story } from '../../../events/story.ts';
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
export const storedStorySchema = z.object({
  title: z.string(),
  description: z.string().optional(),
  timezone: z.string().optional(),
  language: z.string().optional(),
  contributors: z.array(z.string()).optional(),
});

/** `n` is the position and `e` the description as JSON text. The sort key is publishedAt. */
const descriptions = storedItem({
  kind: 'description',
  version: 1,
  schema: z.object({ n: z.int(), e: jsonText(storedStorySchema.nullable()) }),
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

/**
 * The description of a story as of a moment; null if it had none.
 *
 * @param moment RFC 3339
 */
export async function readDescription(
  generation: string,
  facet: string,
  moment: string,
  consistent: boolean,
): Promise<Story | null> {
  if (Buffer.byteLength(facet) > maximumFacetBytes) return null;
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk <= :moment',
      ExpressionAttributeValues: { ':pk': { S: descriptionsKey(generation, facet) }, ':moment': { S: moment } },
      ScanIndexForward: false,
      Limit: 1,
      ConsistentRead: consistent,
    }),
  );
  return Items[0] ? descriptions.read(Items[0]).e : null;
}
