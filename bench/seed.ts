import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { dayOffsetMs } from '../events/dates/span-class.ts';
import { parseEvent } from '../events/event.ts';
import { eventIdOf } from '../events/identity.ts';
import { cardOf } from '../events/timeline/card.ts';
import { eventOfDay } from './events.ts';

const itemsPerBatch = 25;
const batchesAtOnce = 8;
const source = '/newsrooms/example';

/**
 * Fills the timeline of a story with events of one day each. It writes the same cards and head as the projector, but directly.
 *
 * @param position the last one of the head: 0 if further events of the story will come from the feed
 */
export async function seedTimeline(story: string, count: number, position = count): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const { cardItem } = await import('../functions/lib/timelines/card-items.ts');
  const { firstGeneration } = await import('../functions/lib/timelines/checkpoint.ts');
  const { headItem } = await import('../functions/lib/timelines/heads.ts');
  const TableName = process.env.TIMELINES_TABLE as string;
  const facet = `S#${story}`;
  const publishedAt = new Date(0).toISOString();
  const offsets = new Set<number>();
  const requestOf = (index: number): WriteRequest => {
    const event = parseEvent(eventOfDay(index, story), { id: `${index}`, source });
    const eventId = eventIdOf(source, `${story}-${index}`);
    const card = cardOf({
      eventId,
      revision: 0,
      kind: 'recorded',
      event,
      digest: '',
      recordedAt: publishedAt,
      newsroom: 'example',
      position: index + 1,
      publishedAt,
    });
    if (!card) throw new TypeError('A recorded event has a card.');
    offsets.add(dayOffsetMs(card.extent) as number);
    return { PutRequest: { Item: cardItem(firstGeneration, { facet, card }) } };
  };
  const put = async (requests: WriteRequest[]) => {
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  };
  for (let start = 0; start < count; start += itemsPerBatch * batchesAtOnce) {
    const batches: WriteRequest[][] = [];
    for (let first = start; first < Math.min(count, start + itemsPerBatch * batchesAtOnce); first += itemsPerBatch) {
      const size = Math.min(itemsPerBatch, count - first);
      batches.push(Array.from({ length: size }, (_, offset) => requestOf(first + offset)));
    }
    await Promise.all(batches.map(put));
  }
  const dayOf = (index: number) => eventOfDay(index).data.when.edtf;
  const [firstDay, lastDay] = [dayOf(0), dayOf(Math.min(count, 10_000) - 1)];
  const head = {
    facet,
    entries: count,
    classes: { d: count },
    dayOffsets: { from: Math.min(...offsets), to: Math.max(...offsets) },
    first: firstDay,
    last: lastDay,
    position,
    updatedAt: publishedAt,
  };
  await put([{ PutRequest: { Item: headItem(firstGeneration, head) } }]);
}
