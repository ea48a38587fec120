import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { maximumFacetBytes } from '../../../events/input/limits.ts';
import type { Place } from '../../../events/revision.ts';
import type { Correction } from '../../../events/timeline/correction.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type ItemKey, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { correctionsKey, timelinesTable } from './timelines-table.ts';

/** `n` is the position and `e` the line as JSON text, which is copied into responses. The sort key is publishedAt. */
const corrections = storedItem({
  kind: 'correction',
  version: 1,
  schema: z.object({ n: z.int(), e: z.string() }),
});

/** The key of the line of a revision in the corrections log of a facet. */
export const correctionKey = (generation: string, facet: string, { publishedAt }: Place): ItemKey => ({
  pk: correctionsKey(generation, facet),
  sk: publishedAt,
});

/** Puts a line into a corrections log. The put is idempotent: every writer puts the same item. */
export async function putCorrection(
  generation: string,
  facet: string,
  { publishedAt, position, text }: Correction,
): Promise<void> {
  const Item = corrections.write(correctionKey(generation, facet, { publishedAt, position }), { n: position, e: text });
  await dynamodb.send(new PutItemCommand({ TableName: timelinesTable, Item }));
}

/**
 * Reads a corrections log from its end: the lines published from `first` to `last`, both inclusive, up to a limit or 1 MB.
 *
 * @returns the lines, newest first, and whether there are more
 */
export async function readCorrections(
  generation: string,
  facet: string,
  { first, last }: { first: string; last: string },
  limit: number,
  consistent: boolean,
): Promise<{ lines: Omit<Correction, 'facets'>[]; more: boolean }> {
  if (first > last || Buffer.byteLength(facet) > maximumFacetBytes) return { lines: [], more: false };
  const { Items = [], LastEvaluatedKey } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': { S: correctionsKey(generation, facet) },
        ':first': { S: first },
        ':last': { S: last },
      },
      ScanIndexForward: false,
      // One more than the limit shows whether there are more.
      Limit: limit + 1,
      ConsistentRead: consistent,
    }),
  );
  const lines = Items.slice(0, limit).map((item) => {
    const { n, e } = corrections.read(item);
    return { publishedAt: keyOfItem(item).sk, position: n, text: e };
  });
  return { lines, more: Items.length > limit || LastEvaluatedKey !== undefined };
}
