import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { CloudEvent } from '../../../events/event.ts';
import { allValues, type EventValues, noValues, valuesOf } from '../../../events/event-values.ts';
import { noTimes, withTime } from '../../../events/publication-times.ts';
import { type Chance, chance } from '../../support/models/chance.ts';
import { anyHistory, newsroomIn } from '../../support/models/history.ts';
import { interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** It takes a tenth of that, unless others take the machine. */
const propertyTimeoutMs = 120_000;

let world: World;
const trouble = new AsyncLocalStorage<Chance>();
const hourMs = 3_600_000;

beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, () => {
    const random = trouble.getStore();
    if (random?.so(0.12)) return 'never sent';
    return random?.so(0.12) ? 'answer lost' : 'done';
  });
});
beforeEach(() => emptyTable('EventLog'));
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => world.stop());

interface Logged {
  readonly revision: number;
  readonly event: CloudEvent;
  readonly kind: unknown;
  readonly recordedAt: unknown;
  readonly correlationId: unknown;
}

/** Lists with their items sorted, as text: their order means nothing. */
const sortedLists = (lists: Record<string, unknown[]>) =>
  Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, list.map((one) => JSON.stringify(one)).sort()]),
  );

/** Values as a feed entry holds them: by the attribute of each filter, without empty lists. */
function storedValues({ stories, types, places, actors, topics, statuses, newsrooms, spans }: EventValues) {
  const x = spans.map(({ earliest, latest, civilEarliest, civilLatest, kind, known }) => [
    ...[earliest, latest, civilEarliest, civilLatest, kind],
    ...(known ? [known] : []),
  ]);
  const lists = {
    s: [...stories],
    t: [...types],
    p: [...places],
    a: [...actors],
    m: [...topics],
    u: [...statuses],
    w: [...newsrooms],
    x,
  };
  return sortedLists(Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)));
}

/** The feed as it must be: each revision of each event once, in the order given by the positions found. */
async function expectWholeFeed(acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const items = await itemsOf('EventLog');
  const feed = items.filter(({ pk }) => pk === 'F').sort((one, other) => (String(one.sk) < String(other.sk) ? -1 : 1));
  expect(feed.map(({ sk, position }) => [sk, position])).toEqual(
    feed.map((_, index) => [String(index + 1).padStart(12, '0'), index + 1]),
  );
  const times = feed.map(({ publishedAt }) => Date.parse(publishedAt as string));
  expect(times.every((time, index) => index === 0 || time > (times[index - 1] as number))).toBe(true);

  const entriesExpected: object[] = [];
  const markersExpected: object[] = [];
  for (const [eventId, last] of acknowledged) {
    const revisions = items
      .filter(({ pk, sk }) => pk === `E#${eventId}` && String(sk).startsWith('R#'))
      .map(({ sk, event, kind, recordedAt, correlationId }): Logged => {
        const revision = Number(String(sk).slice(2));
        return { revision, event: JSON.parse(event as string), kind, recordedAt, correlationId };
      })
      .sort((one, other) => one.revision - other.revision);
    expect(revisions.map(({ revision }) => revision)).toEqual(Array.from({ length: last + 1 }, (_, index) => index));
    const places = feed
      .filter((entry) => entry.eventId === eventId)
      .map(({ position, publishedAt }) => ({ position, publishedAt: publishedAt as string }));
    let values = noValues;
    let known = noTimes;
    revisions.forEach(({ revision, event, kind, recordedAt, correlationId }, index) => {
      values = allValues(values, valuesOf({ event, newsroom: 'example' }));
      const place = places[index] as (typeof places)[number];
      known = withTime(known, place);
      entriesExpected.push({
        pk: 'F',
        sk: String(place.position).padStart(12, '0'),
        v: 2,
        ...place,
        eventId,
        revision,
        kind,
        type: event.type,
        story: event.subject,
        recordedAt,
        correlationId,
        values: storedValues(values),
        ...(index > 0 && { previous: places[index - 1] }),
      });
      const sk = `M#${String(revision).padStart(6, '0')}`;
      const times = [known.blocks, known.lastBlock]
        .map((some) => some.map((time) => time.toString(36)).join(','))
        .join(';');
      markersExpected.push({ pk: `E#${eventId}`, sk, v: 2, kind, ...place, times });
    });
  }
  const byPosition = (one: object, other: object) =>
    (one as { position: number }).position - (other as { position: number }).position;
  const sorted = feed.map((entry) => ({ ...entry, values: sortedLists(JSON.parse(entry.values as string)) }));
  expect(sorted).toEqual(entriesExpected.sort(byPosition));
  expect(items.filter(({ sk }) => String(sk).startsWith('M#')).sort(byPosition)).toEqual(
    markersExpected.sort(byPosition),
  );
}

describe('sequencing', () => {
  test(
    'gives each revision one position, under redelivery, reordering, concurrency, failures and clocks that jump',
    async () => {
      const realNow = Date.now.bind(Date);
      let aheadMs = 0;
      jest.spyOn(Date, 'now').mockImplementation(() => realNow() + aheadMs);
      await fc.assert(
        fc.asyncProperty(anyHistory(14), fc.integer(), async (steps, seed) => {
          await emptyTable('EventLog');
          const random = chance(seed);
          const newsroom = newsroomIn(world);
          const underWay: Promise<unknown>[] = [];
          for (const step of steps) {
            if (random.so(0.3)) aheadMs = (random.below(48) - 24) * hourMs;
            await trouble.run(random, () => newsroom.carryOut(step));
            while (random.so(0.6)) {
              const delivered = random.someOf([...newsroom.acknowledged.keys()]);
              // What fails for now is delivered again: at the latest at the end.
              underWay.push(trouble.run(random, () => world.sequence(...delivered).catch(() => {})));
            }
            if (random.so(0.3)) await Promise.all(underWay);
          }
          const all = [...newsroom.acknowledged.keys()];
          await Promise.all([...underWay, world.sequence(...random.someOf(all)), world.sequence(...all)]);
          await expectWholeFeed(newsroom.acknowledged);
        }),
        { numRuns: 15, endOnFailure: true },
      );
    },
    propertyTimeoutMs,
  );
});
