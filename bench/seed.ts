import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { dayOffsetMs } from '../events/dates/span-class.ts';
import { parseEvent } from '../events/event.ts';
import { eventIdOf } from '../events/identity.ts';
import { cardOf } from '../events/timeline/card.ts';
import { eventOfDay } from './events.ts';

const itemsPerBatch = 25;
const batchesAtOnce = 8;
const source = '/newsrooms/example';

const publishedAtOf = (index: number) => new Date(index).toISOString();

/**
 * Fills the timeline of a story with events of one day each. It writes what the projector would, but directly: cards,
 * the list by publication, and the head. They are shown once an event of the story comes from the feed.
 */
export async function seedTimeline(story: string, count: number): Promise<void> {
  const { dynamodb } = await import('../functions/lib/runtime/dynamodb.ts');
  const { cardItem } = await import('../functions/lib/timelines/card-items.ts');
  const { firstGeneration } = await import('../functions/lib/timelines/checkpoint.ts');
  const { publicationItem } = await import('../functions/lib/timelines/publications.ts');
  const { inParallel } = await import('../functions/lib/runtime/concurrency.ts');
  const { headItem } = await import('../functions/lib/timelines/heads.ts');
  const TableName = process.env.TIMELINES_TABLE as string;
  const facet = `S#${story}`;
  const offsets = new Set<number>();
  const requestsOf = (index: number): WriteRequest[] => {
    const publishedAt = publishedAtOf(index);
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
    const line = { facet, position: index + 1, publishedAt, eventId, revision: 0, kind: 'recorded' } as const;
    const items = [cardItem(firstGeneration, { facet, card }), publicationItem(firstGeneration, line)];
    return items.map((Item) => ({ PutRequest: { Item } }));
  };
  const put = async (requests: WriteRequest[]) => {
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  };
  const eventsPerBatch = Math.floor(itemsPerBatch / 2);
  const batches = Array.from({ length: Math.ceil(count / eventsPerBatch) }, (_, batch) => batch * eventsPerBatch);
  await inParallel(batches, batchesAtOnce, async (first) => {
    const size = Math.min(eventsPerBatch, count - first);
    await put(Array.from({ length: size }, (_, offset) => requestsOf(first + offset)).flat());
  });
  const dayOf = (index: number) => eventOfDay(index).data.when.edtf;
  const [firstDay, lastDay] = [dayOf(0), dayOf(Math.min(count, 10_000) - 1)];
  const head = {
    facet,
    entries: count,
    classes: { d: count },
    dayOffsets: { from: Math.min(...offsets), to: Math.max(...offsets) },
    first: firstDay,
    last: lastDay,
    position: 0,
    updatedAt: publishedAtOf(count - 1),
  };
  await put([{ PutRequest: { Item: headItem(firstGeneration, head) } }]);
}
