import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { maximumFacetBytes } from '../../../events/input/limits.ts';
import type { Place } from '../../../events/revision.ts';
import type { Correction } from '../../../events/timeline/correction.ts';
import { type Consistency, isConsistent } from '../runtime/consistency.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type ItemKey, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { correctionsKey, timelinesTable } from './timelines-table.ts';

/** `n` is the position and `e` the line as JSON text, which is copied into responses. The sort key is publishedAt. */
const corrections = storedItem({
  kind: 'correction',
  version: 1,
  schema: () => z.object({ n: z.int(), e: z.string() }),
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

const laterOf = (one: string, other: string) => (one > other ? one : other);

/** Lines of a corrections log, the newest first, and whether there are more. */
export interface CorrectionLines {
  readonly lines: readonly Omit<Correction, 'facets'>[];
  readonly more: boolean;
}

async function readLog(
  generation: string,
  facet: string,
  { first, last }: { first: string; last: string },
  limit: number,
  consistency: Consistency,
): Promise<CorrectionLines> {
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
      ConsistentRead: isConsistent(consistency),
    }),
  );
  const lines = Items.slice(0, limit).map((item) => {
    const { n, e } = corrections.read(item);
    return { publishedAt: keyOfItem(item).sk, position: n, text: e };
  });
  return { lines, more: Items.length > limit || LastEvaluatedKey !== undefined };
}

/**
 * Reads corrections logs from their end: the lines published from `first` to `last`, both inclusive, up to a limit or 1
 * MB of each log. A line that is in several logs is returned once.
 */
export async function readCorrections(
  generation: string,
  facets: readonly string[],
  range: { first: string; last: string },
  limit: number,
  consistency: Consistency,
): Promise<CorrectionLines> {
  const logs = await Promise.all(facets.map((facet) => readLog(generation, facet, range, limit, consistency)));
  // Behind the last line that was read of a log, others of it may come.
  const end = logs.map(({ lines, more }) => (more ? (lines.at(-1)?.publishedAt ?? '') : '')).reduce(laterOf, '');
  const found = logs.flatMap(({ lines }) => lines).filter(({ publishedAt }) => publishedAt >= end);
  const lines = [...new Map(found.map((line) => [line.publishedAt, line])).values()];
  lines.sort((one, other) => (one.publishedAt < other.publishedAt ? 1 : -1));
  return { lines: lines.slice(0, limit), more: lines.length > limit || end !== '' };
}
