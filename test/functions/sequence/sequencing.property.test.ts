import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { extentOf } from '../../../events/dates/when.ts';
import type { CloudEvent } from '../../../events/event.ts';
import { facetKeysOf } from '../../../events/filters/facets.ts';
import { storyType } from '../../../events/story.ts';
import { fieldsChanged } from '../../../events/timeline/changes.ts';
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
  readonly rest: object;
}

const facetsOf = (event: CloudEvent) =>
  event.type === 'story.described' ? ['ALL', `S#${event.subject}`] : facetKeysOf(event);

/** The extent of an event as a feed entry and a marker hold it; the description of a story has none. */
function extentText(event: CloudEvent): { extent?: string } {
  if (event.type === storyType) return {};
  const { earliest, latest, civilEarliest, civilLatest, kind, precision, known } = extentOf(event.data.when);
  const fields = [earliest, latest, civilEarliest, civilLatest, kind, precision, ...(known ? [known] : [])];
  return { extent: JSON.stringify(fields) };
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
      .map(({ pk: _, sk, event, pastFacets: _past, ...rest }): Logged => {
        return { revision: Number(String(sk).slice(2)), event: JSON.parse(event as string), rest };
      })
      .sort((one, other) => one.revision - other.revision);
    expect(revisions.map(({ revision }) => revision)).toEqual(Array.from({ length: last + 1 }, (_, index) => index));
    const places = feed.filter((entry) => entry.eventId === eventId);
    const facets = new Set<string>();
    revisions.forEach(({ revision, event, rest }, index) => {
      for (const facet of facetsOf(event)) facets.add(facet);
      const before = revisions[index - 1];
      const changed = before ? fieldsChanged(before.event, event) : [];
      const { position, publishedAt } = places[index] ?? {};
      entriesExpected.push({
        pk: 'F',
        sk: String(position).padStart(12, '0'),
        position,
        publishedAt,
        eventId,
        revision,
        event: JSON.stringify(event),
        facets: [...facets].sort(),
        ...extentText(event),
        ...(changed.length > 0 && { changed }),
        ...rest,
      });
      const sk = `M#${String(revision).padStart(6, '0')}`;
      markersExpected.push({ pk: `E#${eventId}`, sk, v: 1, position, publishedAt, ...extentText(event) });
    });
  }
  const byPosition = (one: object, other: object) =>
    (one as { position: number }).position - (other as { position: number }).position;
  const sorted = feed.map((entry) => ({ ...entry, facets: [...(entry.facets as string[])].sort() }));
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
