import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Takedown } from '../../../events/timeline/projection.ts';
import { dynamodb } from '../runtime/dynamodb.ts';
import { type ItemKey, jsonText, keyOfItem, storedItem } from '../runtime/stored-item.ts';
import { takedownsKey, timelinesTable } from './timelines-table.ts';

const takedownSchema = z.object({
  id: z.string(),
  /** The number of the revision that took the event down. */
  revision: z.int(),
  story: z.string(),
  newsroom: z.string(),
  note: z.string().exactOptional(),
});

/** `n` is the position and `e` what feeds show, as JSON text. The sort key is publishedAt. */
const takedowns = storedItem({
  kind: 'takedown',
  version: 1,
  schema: z.object({ n: z.int(), e: jsonText(takedownSchema) }),
});

/** An event that was taken down whole, as feeds and calendars show it. */
export interface ListedTakedown extends Readonly<z.infer<typeof takedownSchema>> {
  /** When it was taken down, RFC 3339. */
  readonly at: string;
}

/** The key of an event in the list of those that were taken down in a facet. */
export const takedownKey = (
  generation: string,
  { facet, redaction }: { facet: string; redaction: { publishedAt: string } },
): ItemKey => ({
  pk: takedownsKey(generation, facet),
  sk: redaction.publishedAt,
});

/** Lists an event that was taken down. The put is idempotent: every writer puts the same item. */
export async function putTakedown(generation: string, takedown: Takedown): Promise<void> {
  const { eventId: id, revision, position, newsroom, note, event } = takedown.redaction;
  const e = { id, revision, story: event.subject, newsroom, ...(note !== undefined && { note }) };
  const Item = takedowns.write(takedownKey(generation, takedown), { n: position, e });
  await dynamodb.send(new PutItemCommand({ TableName: timelinesTable, Item }));
}

/**
 * The events of a facet that were taken down, the newest first.
 *
 * @param until RFC 3339: those that were taken down later are left out
 */
export async function readTakedowns(
  generation: string,
  facet: string,
  until: string,
  limit: number,
  consistent: boolean,
): Promise<ListedTakedown[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: timelinesTable,
      KeyConditionExpression: 'pk = :pk AND sk <= :until',
      ExpressionAttributeValues: { ':pk': { S: takedownsKey(generation, facet) }, ':until': { S: until } },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: consistent,
    }),
  );
  return Items.map((item) => ({ ...takedowns.read(item).e, at: keyOfItem(item).sk }));
}
