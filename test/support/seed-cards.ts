import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Card, cardOf } from '../../events/card.ts';
import type { CloudEvent } from '../../events/event.ts';
import { eventIdOf } from '../../events/identity.ts';
import type { SpanClass } from '../../events/span-class.ts';

const itemsPerWrite = 25;
const newsroom = 'example';
const source = `/newsrooms/${newsroom}`;

/** An event as it may be posted. */
type Posted = Pick<CloudEvent, 'type' | 'subject' | 'data'>;

const publishedAt = (position: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + position).toISOString();

function cardAt(position: number, event: Posted): Card {
  const id = `seed-${position}`;
  const card = cardOf({
    eventId: eventIdOf(source, id),
    revision: 0,
    kind: 'recorded',
    event: { specversion: '1.0', id, source, ...event },
    digest: '',
    recordedAt: publishedAt(position),
    newsroom,
    position,
    publishedAt: publishedAt(position),
  });
  if (!card) throw new TypeError('What is recorded has a card.');
  return card;
}

/**
 * Puts the cards of many events into one facet, as the projection would, without the log behind them: for timelines too long
 * to be posted. The world's feed must be left alone from then on.
 */
export async function seedCards(facet: string, events: readonly Posted[]): Promise<void> {
  const { advance, readCheckpoint } = await import('../../functions/lib/timelines.ts');
  const { cardAttributes } = await import('../../functions/lib/card-item.ts');
  const from = await readCheckpoint();
  const cards = events.map((event, index) => cardAt(from.position + 1 + index, event));
  const client = new DynamoDBClient({});
  for (let index = 0; index < cards.length; index += itemsPerWrite) {
    const Timelines = cards.slice(index, index + itemsPerWrite).map((card) => {
      const key = { pk: { S: `${from.generation}#${facet}` }, sk: { S: `${card.spanClass}#${card.order}` } };
      return { PutRequest: { Item: { ...key, ...cardAttributes(card) } } };
    });
    await client.send(new BatchWriteItemCommand({ RequestItems: { Timelines } }));
  }
  client.destroy();
  const classes: Partial<Record<SpanClass, number>> = {};
  for (const { spanClass } of cards) classes[spanClass] = (classes[spanClass] ?? 0) + 1;
  const position = from.position + cards.length;
  const at = publishedAt(position);
  const head = { facet, entries: cards.length, classes, first: null, last: null, position, updatedAt: at };
  await advance(from, { ...from, position, publishedAt: at, advancedAt: at }, [head]);
}
