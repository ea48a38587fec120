import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { slugOf } from '../../../events/catalogue/fields/identifiers.ts';
import { minuteMs } from '../../../events/dates/durations.ts';
import { formatNames } from '../../../functions/lib/formats/format.ts';
import { developmentWith } from '../../events/samples.ts';
import { plantedData, plantedTypes } from '../../support/fixtures/planting.ts';
import { deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { frontHeaders } from '../../support/world/gateway-event.ts';
import { itemsOf, tables } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const name = 'Zarathustra';
const planted = new RegExp(name, 'i');

let world: World;
let eraser: Eraser;
let receiver: Receiver;
let delivering: Awaited<ReturnType<typeof deliveringIn>>;
let names = 0;
let drawn = 0;
const logged: string[] = [];

/** One event of each type, with a name in each of its texts. */
const plantedEvents = () =>
  plantedTypes.map((type) => {
    const { data, names: own } = plantedData(type, () => `${name} ${++drawn}`);
    names += own.length;
    return { type, id: `${name}-${type}`, subject: 'planted', data: { ...data, stories: ['also-planted'] } };
  });

async function ok(reply: Promise<{ readonly status: number; readonly text: string }>, ...statuses: number[]) {
  const { status, text } = await reply;
  if (!statuses.includes(status)) throw new Error(`${status} ${text}`);
}

async function everyTable(): Promise<string> {
  const all = await Promise.all(
    Object.entries(tables)
      .filter(([variable]) => variable !== 'ACCESS_TABLE')
      .map(([, table]) => itemsOf(table)),
  );
  return JSON.stringify(all);
}

const findings = (text: string) => text.split(/(?=")/).filter((part) => planted.test(part));

/** The pages that may have shown an event, also in frames of other sites, and what tells programs of them. */
function pagesOf(ids: readonly string[], instants: readonly string[]): string[] {
  const { 'x-forwarded-proto': protocol, 'x-public-host': host } = frontHeaders;
  const stories = ['/stories/planted', '/stories/also-planted', '/embed/stories/planted'];
  const ofStories = stories.flatMap((page) => [page, ...instants.map((instant) => `${page}?asOf=${instant}`)]);
  const pages = ['/', '/corrections', '/corrections?story=planted', ...ofStories, ...ids.map((id) => `/events/${id}`)];
  return [
    ...pages,
    ...pages.map((page) => `${page}${page.includes('?') ? '&' : '?'}language=fr`),
    '/sitemap.xml',
    `/oembed?url=${encodeURIComponent(`${protocol}://${host}/stories/planted`)}`,
  ];
}

/** Every route that may have shown an event, in every format, at every instant. */
function targetsOf(ids: readonly string[], instants: readonly string[], actor: string): string[] {
  const facets = ['', '&story=planted', '&story=also-planted', `&actor=${actor}`, '&type=truce.signed'];
  const atInstants = ['', ...instants.map((instant) => `&asOf=${instant}`)];
  return [
    ...formatNames.flatMap((format) => facets.map((facet) => `/v1/timeline?limit=500&format=${format}${facet}`)),
    ...atInstants.flatMap((at) => facets.map((facet) => `/v1/timeline?limit=500${facet}${at}`)),
    ...atInstants.map((at) => `/v1/timeline/counts?interval=day&from=2020&to=2021${at}`),
    '/v1/changes?after=0&limit=500',
    '/v1/changes?after=0&limit=500&story=planted',
    '/v1/corrections?limit=500',
    '/v1/corrections?limit=500&story=planted',
    '/v1/stories?limit=500',
    '/v1/stories/planted',
    ...pagesOf(ids, instants),
    ...ids.flatMap((id) => [
      `/v1/events/${id}`,
      `/v1/events/${id}/history`,
      ...[0, 1, 2].map((revision) => `/v1/events/${id}?revision=${revision}`),
      ...instants.map((instant) => `/v1/events/${id}?asOf=${instant}`),
    ]),
  ];
}

beforeAll(async () => {
  // The logger goes back to this level with each invocation, whatever it was set to since.
  process.env.POWERTOOLS_LOG_LEVEL = 'DEBUG';
  world = await startWorld();
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((chunk) => {
      logged.push(String(chunk));
      return true;
    });
  }
  receiver = await startReceiver();
  delivering = await deliveringIn(world);
  eraser = await eraserIn(world);
});
afterAll(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await receiver.stop();
  await world.stop();
});

describe('Names in every text of every type of event', () => {
  test('are nowhere once the events are taken down, and other responses are as before, to the byte', async () => {
    const endpoint = await delivering.open(receiver);
    const neighbour = (
      await world.post(
        developmentWith(
          { actors: [{ name: 'Neighbour' }], places: [{ name: 'Elsewhere' }] },
          { id: 'neighbour', subject: 'quiet' },
        ),
      )
    ).body.id;
    eraser.pass(minuteMs);
    const before = new Date().toISOString();
    eraser.pass(minuteMs);

    const events = plantedEvents();
    expect(names).toBeGreaterThan(100);
    const actor = slugOf(events[0]?.data.actors[0]?.name ?? '');
    expect(actor).toMatch(planted);
    const aName = expect.stringMatching(planted);
    expect(events[0]?.data).toMatchObject({
      media: [{ url: aName, alternativeText: aName, credit: aName, licence: aName, caption: aName }],
    });
    const { body } = await world.post(events);
    const ids: string[] = body.results.map(({ id }: { id: string }) => id);
    const instants = [new Date(Date.now() + 1_000).toISOString()];
    eraser.pass(minuteMs);
    for (const [index, id] of ids.entries()) {
      const headers = { 'if-match': '"0"' };
      const correction = { note: `${name} asked for it.`, data: { headline: `${name} leaves`, summary: null } };
      if (index % 3 > 0)
        await ok(world.call('POST', `/v1/events/${id}/corrections`, { headers, body: correction }), 201);
      const last = { 'if-match': `"${index % 3 > 0 ? 1 : 0}"` };
      const retraction = { note: `${name} never was there.` };
      if (index % 3 === 2)
        await ok(world.call('POST', `/v1/events/${id}/retraction`, { headers: last, body: retraction }), 201);
    }
    await world.settle(...ids);
    await delivering.subscribers.fanOut();
    await delivering.followWakes();
    instants.push(new Date(Date.now() + 1_000).toISOString());
    eraser.pass(minuteMs);
    const quiet = [
      '/v1/timeline?story=quiet',
      '/v1/timeline?actor=neighbour',
      `/v1/timeline?place=elsewhere&asOf=${before}`,
      `/v1/events/${neighbour}`,
      `/v1/events/${neighbour}/history`,
      '/v1/changes?after=0&limit=1',
      '/v1/corrections?story=quiet',
      '/v1/stories/quiet',
    ];
    const read = async () => {
      const replies = await Promise.all(quiet.map((target) => world.get(target)));
      return replies.map(({ status, text }) => ({ status, text: text.replace(/"head":\d+/, '') }));
    };
    const asBefore = await read();
    expect(findings(await everyTable()).length).toBeGreaterThan(names);
    // Functions remember some of what pages show.
    const pages = await Promise.all(pagesOf(ids, instants).map((page) => world.get(page)));
    expect(pages.filter(({ text }) => planted.test(text)).length).toBeGreaterThan(pages.length / 2);
    expect(receiver.received.some((received) => planted.test(JSON.stringify(received)))).toBe(true);

    for (const id of ids) {
      await ok(
        world.call('POST', `/v1/events/${id}/redaction`, {
          body: { reason: 'privacy', note: 'Taken down for a person.' },
        }),
        202,
      );
    }
    await world.sequence(...ids);
    await eraser.finish();
    await delivering.followWakes();

    expect(findings(await everyTable())).toEqual([]);
    expect(findings(JSON.stringify(world.takeWakes()))).toEqual([]);
    for (const target of targetsOf(ids, [before, ...instants], actor)) {
      const { status, text, headers } = await world.get(target);
      expect([target, status < 500]).toEqual([target, true]);
      const shown = [text, JSON.stringify(headers)].map((part) => findings(part.replaceAll(`actor=${actor}`, '')));
      expect([target, ...shown]).toEqual([target, [], []]);
    }
    for (const target of ['deliveries?limit=500', 'events?after=0&limit=500']) {
      const { text } = await world.call('GET', `/v1/webhook-endpoints/${endpoint.id}/${target}`);
      expect([target, findings(text)]).toEqual([target, []]);
    }
    expect(await read()).toEqual(asBefore);

    const { rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts');
    const rebuilt = await rebuild({ acceptDifferences: false, anew: false, graceMs: 0 });
    expect([rebuilt.outcome, rebuilt.differences?.examples]).toEqual(['switched', []]);
    expect(findings(await everyTable())).toEqual([]);
    expect(await read()).toEqual(asBefore);
    const messages = new Set(logged.map((line) => JSON.parse(line).message));
    expect([...messages]).toEqual(
      expect.arrayContaining(['Appended', 'Sequenced', 'Projected', 'Fanned out', 'Attempted']),
    );
    expect(logged.filter((line) => planted.test(line))).toEqual([]);
  });
});
