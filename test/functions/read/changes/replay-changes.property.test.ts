import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Redactions, redactionsIn } from '../../../support/fixtures/redaction.ts';
import { ChangesCopy } from '../../../support/models/changes-copy.ts';
import { anyHistoryWithRedactions, newsroomIn } from '../../../support/models/history.ts';
import { emptyTable } from '../../../support/world/tables.ts';
import { startWorld, type World } from '../../../support/world/world.ts';

/** Days are compared in a zone: those of an event's own an entry does not tell where a time has no zone. */
const queries = [
  '',
  'story=minsk-group',
  'place=AZ-LAC',
  'actor=armenia&place=shusha',
  'actor=RU&story=french-senate&type=development.reported',
  'from=2020-11-10&to=2020-11-30&tz=Asia/Baku',
  'from=2020-11-09T21:00:00Z&match=starts&place=aghdam',
  'to=2020-01-01T00:00:00Z&match=within&status=confirmed',
];

let world: World;
let redactions: Redactions;
beforeAll(async () => {
  world = await startWorld();
  redactions = await redactionsIn(world);
});
afterEach(async () => {
  await emptyTable('EventLog');
  await emptyTable('Timelines');
});
afterAll(() => world.stop());

/** The timeline by its own route, all pages, without what only the answer to a range says. */
async function walk(query: string): Promise<object[]> {
  const entries: object[] = [];
  for (let cursor = ''; ; ) {
    const { status, body } = await world.get(`/v1/timeline?limit=7&${query}${cursor && `&cursor=${cursor}`}`);
    expect([status, body.errors]).toEqual([200, undefined]);
    entries.push(...body.entries.map(({ certainty: _, ...entry }: { certainty?: string }) => entry));
    if (body.nextCursor === null) return entries;
    cursor = body.nextCursor;
  }
}

async function catchUp(copy: ChangesCopy, limit: number): Promise<void> {
  while (await copy.follow(limit));
}

test('whoever replays the changes ends with the same timeline, with any filter and by pages of any size, at any time', async () => {
  const pages = fc.infiniteStream(
    fc.record({ limit: fc.integer({ min: 1, max: 9 }), lag: fc.boolean(), blank: fc.nat(4) }),
  );
  await fc.assert(
    fc
      .asyncProperty(anyHistoryWithRedactions(25), pages, async (steps, page) => {
        const newsroom = newsroomIn(world);
        const copies = queries.map((query) => ({ query, copy: new ChangesCopy(world, query) }));
        for (const [index, step] of steps.entries()) {
          const ids = await newsroom.carryOut(step);
          if (ids.length > 0) await world.settle(...ids);
          if (page.next().value.blank === 0) for (const id of newsroom.redacted) await redactions.blank(id);
          for (const { copy } of copies) {
            const { limit, lag } = page.next().value;
            if (!lag) await copy.follow(limit);
          }
          const isLast = index === steps.length - 1;
          for (const { query, copy } of copies.filter((_, place) => isLast || place === index % queries.length)) {
            await catchUp(copy, page.next().value.limit);
            expect(copy.timeline()).toEqual(await walk(query));
          }
        }
      })
      .afterEach(async () => {
        await emptyTable('EventLog');
        await emptyTable('Timelines');
      }),
    { numRuns: 6 },
  );
});
