import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { redactionsIn } from '../../../support/fixtures/redaction.ts';
import { chance } from '../../../support/models/chance.ts';
import { anyHistoryWithRedactions, newsroomIn } from '../../../support/models/history.ts';
import { lagBehind } from '../../../support/world/lagging-replica.ts';
import { emptyTable } from '../../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../../support/world/world.ts';

const filters = ['', '&story=minsk-group', '&place=AZ-LAC&actor=RU', '&from=2020-11-10&status=confirmed'];
const codings = ['', 'gzip', 'br'];

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const isImmutable = ({ headers }: Reply) =>
  headers['cache-control'] === 'public, max-age=86400, s-maxage=31536000, immutable';

test('a page that says that it never changes never does, unless content of it is taken down, whatever follows and however far replicas lag behind', async () => {
  const { dynamodb } = await import('../../../../functions/lib/runtime/dynamodb.ts');
  const redactions = await redactionsIn(world);
  let kept = 0;
  await fc.assert(
    fc
      .asyncProperty(anyHistoryWithRedactions(20, 10), fc.integer(), async (steps, seed) => {
        const luck = chance(seed);
        const newsroom = newsroomIn(world);
        const immutable = new Map<string, { asked: [string, Record<string, string>]; reply: Reply }>();
        let positions = 0;
        for (const step of steps) {
          const ids = await newsroom.carryOut(step);
          if (ids.length > 0) await world.sequence(...ids);
          positions += ids.length;
          if (newsroom.redacted.size > 0 && luck.so(0.3)) await redactions.blank(luck.of([...newsroom.redacted]));
          // A page from which content was taken is another page.
          for (const [key, { reply }] of immutable) {
            if ([...newsroom.redacted].some((id) => reply.text.includes(id))) immutable.delete(key);
          }
          const end = luck.so(0.7) ? lagBehind(dynamodb, luck) : () => {};
          for (let index = 0; index < 10; index++) {
            const limit = 1 + luck.below(6);
            const target = `/v1/changes?after=${luck.below(positions + 1)}&limit=${limit}${luck.of(filters)}`;
            const headers = { 'accept-encoding': luck.of(codings) };
            const reply = await world.get(target, headers);
            expect(reply.status).toBe(200);
            const key = JSON.stringify([target, headers]);
            if (!isImmutable(reply)) continue;
            expect(reply).toEqual(immutable.get(key)?.reply ?? reply);
            immutable.set(key, { asked: [target, headers], reply });
          }
          end();
        }
        for (const { asked, reply } of immutable.values()) {
          expect(await world.get(...asked)).toEqual(reply);
          expect(reply.body.head).toBe(reply.body.next + 1);
          expect(reply.headers).toHaveProperty('link');
        }
        kept += immutable.size;
      })
      .afterEach(async () => {
        await emptyTable('EventLog');
        await emptyTable('Timelines');
      }),
    { numRuns: 9 },
  );
  expect(kept).toBeGreaterThan(100);
});
