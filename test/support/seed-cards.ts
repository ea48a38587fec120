import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CloudEvent } from '../../events/event.ts';
import { eventIdOf } from '../../events/identity.ts';
import { projectionOf } from '../../events/timeline/projection.ts';

const itemsPerWrite = 25;
const newsroom = 'example';
const source = `/newsrooms/${newsroom}`;

/** An event as it may be posted. */
type Posted = Pick<CloudEvent, 'type' | 'subject' | 'data'>;

/** Long ago: whoever reads finds that all has been quiet for a while. */
const publishedAt = (position: number) => new Date(Date.parse('2021-01-01T00:00:00Z') + position).toISOString();

function projectionAt(position: number, event: Posted) {
  const id = `seed-${position}`;
  const revision = {
    eventId: eventIdOf(source, id),
    revision: 0,
    kind: 'recorded',
    event: { specversion: '1.0', id, source, ...event },
    digest: '',
    recordedAt: publishedAt(position),
    newsroom,
    position,
    publishedAt: publishedAt(position),
  } as const;
  return projectionOf([revision], 0);
}

/**
 * Puts the cards of many events into one of their facets, as the projection would, without the log behind them: for timelines
 * too long to be posted. The world's feed must be left alone from then on.
 */
export async function seedCards(facet: string, events: readonly Posted[]): Promise<void> {
  const { readCheckpoint } = await import('../../functions/lib/timelines/read-timelines.ts');
  const { advance } = await import('../../functions/lib/timelines/write-timelines.ts');
  const { cardAttributes } = await import('../../functions/lib/timelines/card-item.ts');
  const { headsAfter } = await import('../../functions/lib/project/facet-heads.ts');
  const from = await readCheckpoint();
  const projections = events.map((event, index) => projectionAt(from.position + 1 + index, event));
  const slots = projections.flatMap(({ cards }) => cards.filter((slot) => slot.facet === facet));
  const client = new DynamoDBClient({});
  for (let index = 0; index < slots.length; index += itemsPerWrite) {
    const Timelines = slots.slice(index, index + itemsPerWrite).map(({ card }) => {
      const key = { pk: { S: `${from.generation}#${facet}` }, sk: { S: `${card.spanClass}#${card.order}` } };
      return { PutRequest: { Item: { ...key, ...cardAttributes(card) } } };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { Timelines } }));
  }
  client.destroy();
  const heads = await headsAfter(from.generation, projections, new Map());
  const position = from.position + events.length;
  const at = publishedAt(position);
  await advance(
    from,
    { ...from, position, publishedAt: at, advancedAt: at },
    heads.filter((head) => head.facet === facet),
  );
}
