import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventData } from '../../../../events/event.ts';
import { developmentWith, requiredFields } from '../../../events/samples.ts';
import { seedCards } from '../../../support/fixtures/seed-cards.ts';
import { meterCapacity } from '../../../support/world/capacity.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

const spans = 10_000;
const dayMs = 86_400_000;

let world: World;
let read: () => number;
beforeAll(async () => {
  world = await startWorld();
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const meter = meterCapacity(dynamodb);
  read = () => meter.take().read;
});
afterAll(() => world.stop());

const day = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 10);

function eventOn(edtf: string, subject: string) {
  return { ...developmentWith(), subject, data: { ...requiredFields, when: { edtf } } as EventData };
}

/** Spans of so many days, which begin one after the other so that all of them end by a day. */
function spansBefore(endMs: number, days: number, subject: string) {
  return Array.from({ length: spans }, (_, index) => {
    const startMs = endMs - (days + 1 + (index % 200)) * dayMs;
    return eventOn(`${day(startMs)}/${day(startMs + (days - 1) * dayMs)}`, subject);
  });
}

async function found(query: string): Promise<{ dates: string[]; units: number }> {
  read();
  const { status, body } = await world.get(`/v1/timeline?${query}`);
  expect(status).toBe(200);
  return { dates: body.entries.map(({ when }: { when: { edtf: string } }) => when.edtf), units: read() };
}

describe('a day among ten thousand spans that are over', () => {
  test.each([
    ['400 days', 400],
    ['eleven years', 4_018],
  ])('of %s costs what it holds', async (_, days) => {
    const story = `over-${days}`;
    const today = Date.parse('2020-12-01');
    const goingOn = `${day(today - days * dayMs * 0.9)}/${day(today + 5 * dayMs)}`;
    // Over for two days: the civil date of an event lies up to a day beside the instants that keys hold.
    const events = [
      ...spansBefore(today - 2 * dayMs, days, story),
      eventOn(goingOn, story),
      eventOn('2020-12-01', story),
    ];
    await seedCards(`S#${story}`, events, (index) => index >= spans);
    const { dates, units } = await found(`story=${story}&date=2020-12-01`);
    expect(dates).toEqual([goingOn, '2020-12-01']);
    expect(units).toBeLessThanOrEqual(12);
    read();
    const counts = await world.get(`/v1/timeline/counts?interval=day&story=${story}&date=2020-12-01`);
    expect(counts.body.counts).toEqual([{ bucket: '2020-12-01', certain: 2, possible: 0 }]);
    expect(read()).toBeLessThanOrEqual(12);
  });

  test('of which a thousand go on is read page by page, each entry once, in either order', async () => {
    const today = Date.parse('2020-12-01');
    const events = Array.from({ length: 1_700 }, (_, index) => {
      const startMs = today - (300 + (index % 90)) * dayMs;
      return eventOn(`${day(startMs)}/${day(startMs + 400 * dayMs)}`, 'going-on');
    });
    await seedCards('S#going-on', events);
    for (const order of ['asc', 'desc']) {
      const ids: string[] = [];
      const starts: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const address = `/v1/timeline?story=going-on&date=2020-12-01&limit=500&order=${order}`;
        const { body }: { body: { entries: { id: string; when: { edtf: string } }[]; nextCursor: string | null } } =
          await world.get(`${address}${cursor && `&cursor=${cursor}`}`);
        ids.push(...body.entries.map(({ id }) => id));
        starts.push(...body.entries.map(({ when }) => when.edtf.slice(0, 10)));
        cursor = body.nextCursor;
      }
      expect([ids.length, new Set(ids).size]).toEqual([1_700, 1_700]);
      const sorted = starts.toSorted();
      expect(starts).toEqual(order === 'asc' ? sorted : sorted.toReversed());
    }
  });
});
