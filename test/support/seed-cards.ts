import { cardOf } from '../../events/card.ts';
import type { CloudEvent } from '../../events/event.ts';
import { eventIdOf } from '../../events/identity.ts';
import type { SpanClass } from '../../events/span-class.ts';

const writesAtOnce = 64;
const newsroom = 'example';
const source = `/newsrooms/${newsroom}`;

/** An event as it may be posted. */
type Posted = Pick<CloudEvent, 'type' | 'subject' | 'data'>;

/**
 * Puts the cards of many events into one facet, as the projection would, without the log behind them: for timelines too long
 * to be posted. The world's feed must be left alone from then on.
 */
export async function seedCards(facet: string, events: readonly Posted[]): Promise<void> {
  const { advance, putCard, readCheckpoint } = await import('../../functions/lib/timelines.ts');
  const { inParallel } = await import('../../functions/lib/in-parallel.ts');
  const from = await readCheckpoint();
  const firstMs = Date.parse('2026-01-01T00:00:00Z') + from.position;
  const publishedAt = (index: number) => new Date(firstMs + index).toISOString();
  const classes: Partial<Record<SpanClass, number>> = {};
  await inParallel([...events.entries()], writesAtOnce, async ([index, event]) => {
    const id = `seed-${from.position + index}`;
    const card = cardOf({
      eventId: eventIdOf(source, id),
      revision: 0,
      kind: 'recorded',
      event: { specversion: '1.0', id, source, ...event },
      digest: '',
      recordedAt: publishedAt(index),
      newsroom,
      position: from.position + index + 1,
      publishedAt: publishedAt(index),
    });
    if (!card) throw new TypeError('What is recorded has a card.');
    classes[card.spanClass] = (classes[card.spanClass] ?? 0) + 1;
    await putCard(from.generation, { facet, card });
  });
  const position = from.position + events.length;
  const updatedAt = publishedAt(events.length - 1);
  const head = { facet, entries: events.length, classes, first: null, last: null, position, updatedAt };
  await advance(from, { ...from, position, publishedAt: updatedAt, advancedAt: updatedAt }, [head]);
}
