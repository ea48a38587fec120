import { describe, expect, test } from '@jest/globals';
import { noValues } from '../../../events/event-values.ts';
import { noTimes } from '../../../events/publication-times.ts';
import type { EventDrafts } from '../../../functions/lib/sequence/drafts.ts';
import { inOrder, withFollowed } from '../../../functions/lib/sequence/followed.ts';

/** An event with unpublished revisions, of which the first follows the first of another event. */
function eventOf(eventId: string, follows?: string, { newsroom = 'afp', revisions = 1 } = {}): EventDrafts {
  const drafts = Array.from({ length: revisions }, (_, revision) => ({
    entry: {
      eventId,
      revision,
      kind: revision === 0 ? ('recorded' as const) : ('corrected' as const),
      type: 'development.reported',
      story: 'karabakh-2020',
      recordedAt: '2020-12-01T00:00:00.000Z',
      correlationId: 'request-1',
      values: noValues,
    },
    newsroom,
    author: newsroom,
    ...(revision === 0 && follows !== undefined && { follows: { eventId: follows, revision: 0 } }),
  }));
  return { eventId, drafts, previous: null, times: noTimes, more: false };
}

const orderOf = (events: readonly EventDrafts[]) =>
  inOrder(events).map(({ draft: { entry } }) => `${entry.eventId}${entry.revision || ''}`);

describe('unpublished revisions', () => {
  test('come after the revisions that they follow, however they were delivered', () => {
    expect(orderOf([eventOf('c', 'b'), eventOf('a'), eventOf('b', 'a')])).toEqual(['a', 'b', 'c']);
  });

  test('of one event stay in their order, and only the followed one comes first', () => {
    expect(orderOf([eventOf('b', 'a', { revisions: 2 }), eventOf('a', undefined, { revisions: 3 })])).toEqual([
      ...['a', 'b', 'b1', 'a1', 'a2'],
    ]);
  });

  test('that follow each other in a circle are all published', () => {
    expect(orderOf([eventOf('a', 'c'), eventOf('b', 'a'), eventOf('c', 'b')]).toSorted()).toEqual(['a', 'b', 'c']);
    expect(orderOf([eventOf('a', 'a')])).toEqual(['a']);
  });

  test('do not wait for an event of another newsroom, or for one that is missing', () => {
    expect(orderOf([eventOf('b', 'a'), eventOf('a', undefined, { newsroom: 'dpa' })])).toEqual(['b', 'a']);
    expect(orderOf([eventOf('b', 'a')])).toEqual(['b']);
  });
});

describe('the events that others follow', () => {
  const chain = (length: number) =>
    new Map(
      Array.from({ length }, (_, index) => [`${index}`, eventOf(`${index}`, index > 0 ? `${index - 1}` : undefined)]),
    );
  const readFrom = (events: ReadonlyMap<string, EventDrafts>) => async (references: readonly { eventId: string }[]) =>
    references.flatMap(({ eventId }) => events.get(eventId) ?? []);

  test('are read one after the other, back to the first', async () => {
    const events = chain(50);
    const last = events.get('49') as EventDrafts;
    const all = await withFollowed([last], readFrom(events), new Set());
    expect(orderOf(all)).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`));
  });

  test('are read no further than two hundred back: then the oldest of these comes first', async () => {
    const events = chain(1_000);
    const last = events.get('999') as EventDrafts;
    const all = await withFollowed([last], readFrom(events), new Set());
    expect(orderOf(all)).toEqual(Array.from({ length: 201 }, (_, index) => `${799 + index}`));
  });

  test('are ignored if they cannot be published', async () => {
    const events = chain(3);
    const all = await withFollowed([events.get('2') as EventDrafts], readFrom(events), new Set(['1']));
    expect(orderOf(all)).toEqual(['2']);
  });
});
