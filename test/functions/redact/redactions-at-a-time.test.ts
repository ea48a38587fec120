import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inParallel } from '../../../functions/lib/runtime/concurrency.ts';
import { developmentWith } from '../../events/samples.ts';
import { problem } from '../../support/expectations/problem.ts';
import { exhausted } from '../../support/fixtures/daily-use.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { itemsOf, putItem } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const body = { reason: 'legal', note: 'Withheld by order of a court.' };

let world: World;
let recorded = 0;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world.stop());

async function eventOf(newsroom: string, data: object = {}): Promise<string> {
  recorded += 1;
  const event = developmentWith(data, { id: `event-${recorded}`, source: `/newsrooms/${newsroom}`, subject: newsroom });
  return (await world.post(event, { newsroom })).body.id;
}

/** Gives an event revisions up to this number, each of nearly 64 KB. */
async function grow(id: string, upTo: number, broken: object = {}): Promise<void> {
  const first = (await itemsOf('EventLog', `E#${id}`)).find(({ sk }) => sk === 'R#000000');
  const filling = { note: 'x'.repeat(60_000) };
  const numbers = Array.from({ length: upTo }, (_, index) => index + 1);
  await inParallel(numbers, 20, async (number) => {
    const sk = `R#${String(number).padStart(6, '0')}`;
    await putItem('EventLog', { ...first, ...filling, sk, kind: 'corrected', digest: `${number}`, ...broken });
  });
}

const redact = (newsroom: string, id: string, { query = '', sent = {}, ...call }: Record<string, unknown> = {}) =>
  world.call('POST', `/v1/events/${id}/redaction${query}`, {
    ...call,
    newsroom,
    body: { ...body, ...(sent as object) },
  });

async function slotsOf(newsroom: string): Promise<Record<string, unknown>> {
  const [{ pk, sk, v, ...slots } = {}] = (await itemsOf('Access', `HOLD#${newsroom}`)).filter(
    (item) => item.sk === 'REDACTIONS',
  );
  return slots;
}

/** Holds back every function that reads all revisions of these events, until the test lets it go on. */
async function stall(...ids: string[]) {
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  const { promise: released, resolve: goOn } = Promise.withResolvers<void>();
  const reading = new Set<string>();
  const end = interfere(dynamodb, async ({ command, input }): Promise<Fate> => {
    const { ':pk': pk, ':low': low } = input.ExpressionAttributeValues ?? {};
    const id = ids.find((each) => pk?.S === `E#${each}`);
    if (command !== 'QueryCommand' || !low || !id) return 'done';
    reading.add(id);
    await released;
    return 'done';
  });
  const allRead = async () => {
    while (reading.size < ids.length) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { allRead, goOn, end };
}

const refusal = {
  ...problem(429, 'too-many-requests'),
  detail:
    'Your newsroom has 2 requests under way that read all revisions of an event to take it down, the most at a time. Nothing was taken down by this one. Send it again when one of them has ended.',
};

describe('While a newsroom has two redactions under way that read whole events,', () => {
  test('its others are refused for a moment, dry runs too, and another newsroom takes its event down at once', async () => {
    const [first, second, third] = [await eventOf('busy'), await eventOf('busy'), await eventOf('busy')];
    const other = await eventOf('calm');
    const { allRead, goOn, end } = await stall(first, second);
    const answers = [redact('busy', first), redact('busy', second, { query: '?dryRun=true' })];
    await allRead();
    for (const query of ['', '?dryRun=true']) {
      const { status, headers, body: answer } = await redact('busy', third, { query });
      expect({ status, answer }).toEqual({ status: 429, answer: { ...refusal, ...(query && { dryRun: true }) } });
      expect(headers['retry-after']).toBe('2');
    }
    expect((await redact('calm', other)).status).toBe(202);
    goOn();
    end();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([202, 202]);
    expect([await slotsOf('busy'), await slotsOf('calm')]).toEqual([{}, {}]);
    expect((await redact('busy', third)).status).toBe(202);
  });

  test('what needs no such read is decided as ever: refusals, replays, and whole events with a note that is confirmed', async () => {
    const [gone, confirmed, foreign] = [await eventOf('full'), await eventOf('full'), await eventOf('calm')];
    await redact('full', gone);
    const end = Date.now() + 20_000;
    const taken = { s0: end, s1: end };
    await putItem('Access', { pk: 'HOLD#full', sk: 'REDACTIONS', v: 1, ...taken });
    const statuses = [
      await redact('full', foreign),
      await redact('full', gone),
      await redact('full', gone, { sent: { note: 'Otherwise.' } }),
      await redact('full', confirmed, { sent: { revisions: [7] } }),
      await redact('full', confirmed, { sent: { confirmNote: true } }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([404, 200, 410, 400, 202]);
    expect(await slotsOf('full')).toEqual(taken);
  });
});

describe('A newsroom', () => {
  test('has its place again when a function was killed, or its clock was ahead', async () => {
    const killed = [await eventOf('killed'), await eventOf('killed')] as const;
    const now = Date.now();
    await putItem('Access', { pk: 'HOLD#killed', sk: 'REDACTIONS', v: 1, s0: now - 1, s1: now + 3_600_000 });
    const { allRead, goOn, end } = await stall(...killed);
    const answers = killed.map((id) => redact('killed', id));
    await allRead();
    goOn();
    end();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([202, 202]);
    expect(await slotsOf('killed')).toEqual({});
  });

  test('takes down as much as ever when its quotas are used up', async () => {
    const id = await eventOf('spent');
    expect((await redact('spent', id, { dailyUse: exhausted })).status).toBe(202);
  });

  test('has places for redactions whatever it waits for, and the reverse', async () => {
    const id = await eventOf('both');
    const end = Date.now() + 20_000;
    await putItem('Access', { pk: 'HOLD#both', sk: 'SLOTS', v: 1, s0: end, s1: end, s2: end, s3: end, s4: end });
    expect((await redact('both', id)).status).toBe(202);
  });
});

describe('Of an event with 41 revisions of 60 KB,', () => {
  /** How many items of the log the functions read during some work, and how many calls they make. */
  async function readsOf(work: () => Promise<unknown>): Promise<{ items: number; calls: string[] }> {
    const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
    const calls: string[] = [];
    let items = 0;
    dynamodb.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          calls.push(commandName);
          const result = await next(args);
          items += (result.output as { Items?: unknown[] }).Items?.length ?? 0;
          return result;
        },
      { step: 'initialize', name: 'countReads', override: true },
    );
    await work();
    dynamodb.middlewareStack.remove('countReads');
    return { items, calls };
  }

  const once = { items: 1, calls: ['QueryCommand'] };

  test('a refused redaction reads one: of another newsroom, of revisions that there are not, and of stories that are not the key’s', async () => {
    const id = await eventOf('large');
    await grow(id, 40);
    expect(await readsOf(async () => expect((await redact('prying', id)).status).toBe(404))).toEqual(once);
    const named = { sent: { revisions: [40] } };
    expect(await readsOf(async () => expect((await redact('large', id, named)).status).toBe(400))).toEqual(once);
    const limited = { stories: 'karabakh-*' };
    expect(await readsOf(async () => expect((await redact('large', id, limited)).status).toBe(403))).toEqual(once);
    const dry = { query: '?dryRun=true' };
    expect(await readsOf(async () => expect((await redact('prying', id, dry)).status).toBe(404))).toEqual(once);
  });

  test('of which the last cannot be read, a refused redaction reads those just before it', async () => {
    const id = await eventOf('broken');
    await grow(id, 39);
    const [last] = (await itemsOf('EventLog', `E#${id}`)).filter(({ sk }) => sk === 'R#000039');
    await putItem('EventLog', { ...last, sk: 'R#000040', event: '{"broken' });
    const { items, calls } = await readsOf(async () => expect((await redact('prying', id)).status).toBe(404));
    expect([items, calls]).toEqual([17, ['QueryCommand', 'QueryCommand']]);
    expect(await redact('broken', id)).toMatchObject({ status: 202, body: { revision: 41 } });
  });

  test('of which many at the end cannot be read, the last that can is found', async () => {
    const id = await eventOf('mostly-broken');
    await grow(id, 40, { event: '{"broken' });
    expect((await redact('prying', id)).status).toBe(404);
    expect(await redact('mostly-broken', id)).toMatchObject({ status: 202, body: { revision: 41 } });
  });

  test('a note that repeats all of its words is refused without reading on', async () => {
    const id = await eventOf('repeating', { headline: 'Lorenz arrives in Lachin' });
    await grow(id, 40);
    const sent = { note: 'Taken down for Lorenz in Lachin.' };
    const { items } = await readsOf(async () => expect((await redact('repeating', id, { sent })).status).toBe(400));
    expect(items).toBeLessThan(20);
  });
});
