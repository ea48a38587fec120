import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { eventIdOf } from '../../../events/identity.ts';
import { bytesInJson } from '../../../functions/lib/http/answer-size.ts';
import { developmentWith } from '../../events/samples.ts';
import { stopClock } from '../../support/world/eraser.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const start = Date.parse('2026-11-28T11:00:00.000Z');
const noon = '2026-11-28T12:00:00.000Z';
let world: World;
let embargo: typeof import('../../../functions/lib/embargo/publish-held.ts');
let heldEvents: typeof import('../../../functions/lib/held-events/held-events.ts');
let change: typeof import('../../../functions/lib/embargo/change-held.ts');

beforeAll(async () => {
  world = await startWorld();
  embargo = await import('../../../functions/lib/embargo/publish-held.ts');
  heldEvents = await import('../../../functions/lib/held-events/held-events.ts');
  change = await import('../../../functions/lib/embargo/change-held.ts');
  stopClock();
});
beforeEach(async () => {
  jest.setSystemTime(start);
  await Promise.all(
    (['EventLog', 'Timelines', 'HeldEvents', 'Redactions', 'Access'] as const).map((table) => emptyTable(table)),
  );
});
afterAll(async () => {
  jest.useRealTimers();
  await world.stop();
});
const hold = (body: unknown, publishAt = noon) => world.call('POST', `/v1/events?publishAt=${publishAt}`, { body });
const idOf = (id: string) => eventIdOf('/newsrooms/example', id);

/**
 * Holds an event whose id is taken, and begins to publish it: two runs may do so at the same time, that of the minute
 * and a release.
 *
 * @returns what each of them does next
 */
async function publicationOfConflict(): Promise<() => Promise<unknown>> {
  await hold(developmentWith({}, { id: 'one' }));
  await world.post(developmentWith({ headline: 'Public' }, { id: 'one' }));
  jest.setSystemTime(Date.parse(noon));
  const now = Date.now();
  const command = { kind: 'publish' } as const;
  const { after } = await change.changeHeld({ newsroom: 'example', eventId: idOf('one'), command, now });
  return () => embargo.publishHeld(after as never, null, { now, requestId: 'r' });
}

test('Many replacements at the same time are all answered', async () => {
  await hold(developmentWith({}, { id: 'one' }));
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      world.call('PUT', `/v1/held-events/${idOf('one')}`, {
        body: developmentWith({ headline: `H${n}` }, { id: 'one' }),
      }),
    ),
  );
  const statuses = replies.map(({ status }) => status);
  expect(statuses).toEqual(statuses.map(() => 200));
  expect(replies.map(({ body }) => body.version).sort((a, b) => a - b)).toEqual(statuses.map((_, n) => n + 1));
});

test('A page of held events fits into an answer, and pages have each once', async () => {
  const quotes = '"'.repeat(200);
  const sources = Array.from({ length: 16 }, (_, n) => ({
    url: `https://example.org/${n}`,
    publisher: '"'.repeat(100),
    title: quotes,
  }));
  const sent: string[] = [];
  for (let n = 0; n < 700; n += 1) {
    const reply = await hold(developmentWith({ sources, summary: '"'.repeat(2_000) }, { id: `e${n}` }));
    if (reply.status !== 202) {
      break;
    }
    sent.push(reply.body.id);
  }
  const found: string[] = [];
  let cursor = '';
  do {
    const reply = await world.call('GET', `/v1/held-events?limit=500${cursor && `&cursor=${cursor}`}`);
    expect(reply.status).toBe(200);
    expect(bytesInJson(JSON.stringify(reply.body))).toBeLessThan(6_000_000);
    found.push(...reply.body.heldEvents.map(({ id }: { id: string }) => id));
    cursor = reply.body.nextCursor ?? '';
  } while (cursor);
  expect(found.toSorted()).toEqual(sent.toSorted());
});

test('What a second run finds about an earlier content does not stop the one that replaced it', async () => {
  const publish = await publicationOfConflict();
  await expect(publish()).rejects.toThrow();
  const replaced = await world.call('PUT', `/v1/held-events/${idOf('one')}?publishAt=2026-11-28T13:00:00Z`, {
    body: developmentWith({ headline: 'Public' }, { id: 'one' }),
  });
  expect(replaced.status).toBe(200);
  await expect(publish()).rejects.toThrow();
  expect(await heldEvents.readHeld('example', idOf('one'))).toMatchObject({ version: replaced.body.version });
  expect(await itemsOf('HeldEvents', 'DUE#')).toHaveLength(1);
});

test('A conflict that a second run finds after the event was retracted is still a conflict', async () => {
  const publish = await publicationOfConflict();
  await publish().catch(() => {});
  expect((await world.call('DELETE', `/v1/held-events/${idOf('one')}`)).status).toBe(204);
  await expect(publish()).rejects.toMatchObject({ name: 'Conflict' });
});

test('A conflict that two runs find is counted once', async () => {
  const publish = await publicationOfConflict();
  const { Metrics } = await import('@aws-lambda-powertools/metrics');
  const add = jest.spyOn(Metrics.prototype, 'addMetric');
  await publish().catch(() => {});
  await publish().catch(() => {});
  expect(add.mock.calls.map(([name]) => name)).toEqual(['AppendConflicts', 'HeldEventConflicts', 'AppendConflicts']);
  add.mockRestore();
});

describe('What one run publishes while its story is closed, another run does not refuse', () => {
  const recordIt = async (story: string) => {
    const { recordEvent } = await import('../../../functions/lib/append/record-event.ts');
    const { parseEvent } = await import('../../../events/event.ts');
    const event = parseEvent(developmentWith({}, { id: 'one', subject: story }), {
      id: 'one',
      source: '/newsrooms/example',
    });
    const caller = { newsroom: 'example', stories: [] };
    return recordEvent(event, null, { caller, now: Date.now(), requestId: 'r' });
  };

  test.each([
    // The other run records it before this one asks again, or while this one refuses it.
    ['asked-too-late', 'BatchGetItemCommand', 'Timelines'],
    ['refused-too-early', 'TransactWriteItemsCommand', 'HeldEvents'],
  ])('in the story %s', async (story, awaited, table) => {
    expect((await hold(developmentWith({}, { id: 'one', subject: story }))).status).toBe(202);
    jest.setSystemTime(Date.parse(noon));
    const command = { kind: 'publish' } as const;
    const now = Date.now();
    const { after } = await change.changeHeld({ newsroom: 'example', eventId: idOf('one'), command, now });
    const body = { title: 'Theirs', contributors: [] };
    expect((await world.call('PUT', `/v1/stories/${story}`, { body, newsroom: 'dpa' })).status).toBe(201);
    await world.settle(eventIdOf('/stories', story));
    // The other run has asked before the story was closed.
    let isRecorded = false;
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const end = interfere(dynamodb, async ({ command: asked, input }): Promise<Fate> => {
      if (!isRecorded && asked === awaited && JSON.stringify(input).includes(table)) {
        isRecorded = true;
        await recordIt(story);
      }
      return 'done';
    });
    const publish = () => embargo.publishHeld(after as never, null, { now, requestId: 'r' });
    await publish().catch(() => {});
    end();
    expect(isRecorded).toBe(true);
    // The other run goes on.
    expect((await publish()).outcome).toBe('replayed');
    expect(await heldEvents.readHeld('example', idOf('one'))).toBeNull();
    expect(await itemsOf('HeldEvents', 'DUE#')).toEqual([]);
    expect((await heldEvents.readHeldTotal('example')).events).toBe(0);
  });
});

test('Replace, release, retract and publication at the same time have one outcome', async () => {
  for (let n = 0; n < 60; n += 1) {
    const id = `race${n}`;
    await hold(developmentWith({ headline: 'Before' }, { id }), '2026-11-28T12:00:00.000Z');
    const path = `/v1/held-events/${idOf(id)}`;
    const calls = [
      () =>
        world.call('PUT', `${path}?publishAt=2026-11-28T14:00:00Z`, {
          body: developmentWith({ headline: 'After' }, { id }),
        }),
      () => world.call('POST', `${path}/release`),
      () => world.call('DELETE', path),
      () => world.call('POST', `${path}/release`),
    ];
    const [put, , del] = await Promise.all(
      calls.map(async (call, index) => {
        for (let k = 0; k < (n * (index + 1)) % 7; k += 1) await new Promise((r) => setImmediate(r));
        return call();
      }),
    );
    const logged = (await itemsOf('EventLog', `E#${idOf(id)}`)).filter(({ sk }) => sk === 'R#000000');
    const held = await heldEvents.readHeld('example', idOf(id));
    const headline = logged[0] && JSON.stringify(logged[0]).includes('After') ? 'After' : logged[0] ? 'Before' : '-';
    // Exactly one outcome.
    expect([del?.status === 204, logged.length === 1]).toEqual(logged.length === 1 ? [false, true] : [true, false]);
    if (put?.status === 200 && logged.length === 1) expect(headline).toBe('After');
    expect(held).toBeNull();
  }
});
