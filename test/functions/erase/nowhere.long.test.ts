import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { minuteMs } from '../../../events/dates/durations.ts';
import { formatNames } from '../../../functions/lib/formats/format.ts';
import { developmentWith } from '../../events/samples.ts';
import { plantedData, plantedTypes } from '../../support/fixtures/planting.ts';
import { type Chance, chance } from '../../support/models/chance.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { type Eraser, eraserIn } from '../../support/world/eraser.ts';
import { type Fate, interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { type Reply, startWorld, type World } from '../../support/world/world.ts';

const stored = ['EventLog', 'Timelines', 'Subscribers', 'Redactions'] as const;
const redaction = { reason: 'privacy', note: 'Taken down by an order.' };

let world: World;
let eraser: Eraser;
let receiver: Receiver;
let delivering: Delivering;
let rebuild: typeof import('../../../functions/lib/rebuild/rebuild.ts').rebuild;
let fate: () => Fate = () => 'done';
let drawn = 0;
const logged: string[] = [];

beforeAll(async () => {
  // The logger goes back to this level with each invocation, whatever it was set to since.
  process.env.POWERTOOLS_LOG_LEVEL = 'INFO';
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
  ({ rebuild } = await import('../../../functions/lib/rebuild/rebuild.ts'));
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, () => fate());
});
afterAll(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await receiver.stop();
  await world.stop();
});

interface Known {
  readonly id: string;
  readonly type: string;
  revision: number;
  isFinal: boolean;
}

/** A name that nothing else contains, in one case whether it is a key or a text. */
const nameOf = () => `zarifa${++drawn}x`;

const textOf = (value: unknown) => JSON.stringify(value).toLowerCase();
const namesIn = (text: string) => text.match(/zarifa\d+x/g) ?? [];

/**
 * A newsroom whose events name somebody else in every text, and the functions that work on them, which are killed now
 * and then.
 */
class Desk {
  readonly events: Known[] = [];
  readonly #random: Chance;

  constructor(random: Chance) {
    this.#random = random;
  }

  async #written(path: string, revision: number | null, body: object): Promise<{ id: string; revision: number }> {
    const headers: Record<string, string> = revision === null ? {} : { 'if-match': `"${revision}"` };
    const { status, text, body: answer } = await world.call('POST', path, { headers, body });
    expect([path, status, status < 300 ? '' : text]).toEqual([path, status < 300 ? status : 201, '']);
    return answer;
  }

  async record(): Promise<void> {
    const type = this.#random.of(plantedTypes);
    const { data } = plantedData(type, nameOf);
    const subject = this.#random.of(['planted', 'shared']);
    const event = { type, id: nameOf(), subject, data: { ...data, stories: ['also-planted'] } };
    const { id } = await this.#written('/v1/events', null, event);
    this.events.push({ id, type, revision: 0, isFinal: false });
    await world.sequence(id);
    eraser.pass(1_000);
  }

  async change(): Promise<void> {
    const event = this.#random.of(this.events);
    if (event.isFinal) return;
    const path = `/v1/events/${event.id}`;
    const kind = this.#random.of(['correction', 'correction', 'correction', 'retraction', 'unlisting']);
    if (kind === 'unlisting') {
      await world.project();
      const body = { event: event.id, note: nameOf() };
      const reply = await world.call('POST', '/v1/stories/also-planted/unlistings', { body });
      if (reply.status === 201) event.revision = reply.body.revision;
    } else if (kind === 'retraction') {
      const { revision } = await this.#written(`${path}/retraction`, event.revision, { note: nameOf() });
      Object.assign(event, { revision, isFinal: true });
    } else {
      const { data } = plantedData(event.type, nameOf);
      const fresh = Object.entries(data).filter(() => this.#random.so(0.6));
      const patch = { ...Object.fromEntries(fresh), headline: nameOf() };
      const { revision } = await this.#written(`${path}/corrections`, event.revision, { note: nameOf(), data: patch });
      event.revision = revision;
    }
    await world.sequence(event.id);
    eraser.pass(1_000);
  }

  /** A part of the work, which may be killed at any call. */
  async work(): Promise<void> {
    const share = this.#random.of([0, 0.01, 0.05]);
    fate = () => {
      if (this.#random.so(share)) return 'never sent';
      return this.#random.so(share) ? 'answer lost' : 'done';
    };
    const work = this.#random.of([
      () => world.project(),
      () => world.project(),
      () => delivering.subscribers.fanOut(),
      () => delivering.followWakes(),
      () => eraser.erase(),
      () => eraser.erase(),
      () => rebuild({ graceMs: 0, anew: this.#random.so(0.5) }),
    ]);
    await work().catch(() => undefined);
    fate = () => 'done';
    if (this.#random.so(0.3)) eraser.pass(3 * minuteMs);
  }

  async step(): Promise<void> {
    await this.#random.of([this.record, this.change, this.change, this.work, this.work, this.work]).call(this);
  }
}

const revisionsOf = async (id: string) =>
  (await itemsOf('EventLog', `E#${id}`)).filter(({ sk }) => String(sk).startsWith('R#'));

/** The names in the revisions that are taken down and in no other revision of any event. */
async function namesOnlyIn(id: string, isGone: (revision: number) => boolean): Promise<Set<string>> {
  const names = new Set<string>();
  const others: string[] = [];
  const revisions = (await itemsOf('EventLog', 'E#')).filter(({ sk }) => String(sk).startsWith('R#'));
  for (const { pk, sk, event, note } of revisions) {
    const text = textOf({ event, note });
    if (pk === `E#${id}` && isGone(Number(String(sk).slice(2)))) for (const name of namesIn(text)) names.add(name);
    else others.push(text);
  }
  const left = new Set(namesIn(others.join(' ')));
  return new Set([...names].filter((name) => !left.has(name)));
}

const pinned = (instant: string) => [
  `/v1/timeline?limit=500&story=quiet&asOf=${instant}`,
  `/v1/timeline?limit=500&actor=neighbour&asOf=${instant}`,
  `/v1/timeline/counts?interval=day&story=quiet&from=2020&to=2021&asOf=${instant}`,
];

/**
 * Answers that neither contain nor count an event, and of others the entries of all other events; each as of an
 * instant.
 */
async function answersWithout(id: string, others: readonly Known[], instants: readonly string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const instant of instants) {
    for (const target of [...pinned(instant), ...others.map((one) => `/v1/events/${one.id}?asOf=${instant}`)]) {
      const { status, text } = await world.get(target);
      answers.push([target, status, text]);
    }
    for (const filter of ['', '&story=planted', '&story=also-planted', '&place=BY']) {
      const target = `/v1/timeline?limit=500&asOf=${instant}${filter}`;
      const entries: { id: string }[] = (await world.get(target)).body.entries;
      answers.push([target, entries.filter((entry) => entry.id !== id)]);
    }
  }
  return answers;
}

/** Every route, in every format, as of some instants. */
function everywhere(ids: readonly string[], instants: readonly string[]): string[] {
  const facets = ['', '&story=planted', '&story=also-planted', '&place=BY', '&order=published'];
  return [
    ...formatNames.flatMap((format) => facets.map((facet) => `/v1/timeline?limit=500&format=${format}${facet}`)),
    ...instants.flatMap((at) => facets.slice(0, 4).map((facet) => `/v1/timeline?limit=500${facet}&asOf=${at}`)),
    '/v1/changes?after=0&limit=500',
    '/v1/corrections?limit=500',
    '/v1/stories?limit=500',
    ...ids.flatMap((id) => [
      `/v1/events/${id}`,
      `/v1/events/${id}/history`,
      ...[0, 1, 2, 3].map((revision) => `/v1/events/${id}?revision=${revision}`),
      ...instants.map((at) => `/v1/events/${id}?asOf=${at}`),
    ]),
  ];
}

const idsIn = ({ body }: Reply): string[] => body.entries.map(({ id }: { id: string }) => id);

/** The events on a page and on those that follow. */
async function walkedFrom(page: Reply): Promise<string[]> {
  const next = /^<(.*)>; rel="next"$/.exec(page.headers.link ?? '')?.[1];
  return next === undefined ? idsIn(page) : [...idsIn(page), ...(await walkedFrom(await world.get(next)))];
}

/** Positions without gaps in the order of their instants, and rising in each event. */
async function expectOrder(): Promise<void> {
  const feed = (await itemsOf('EventLog', 'F')).sort((one, other) => Number(one.position) - Number(other.position));
  expect(feed.map(({ position }) => position)).toEqual(feed.map((_, index) => index + 1));
  const instants = feed.map(({ publishedAt }) => String(publishedAt));
  expect(instants).toEqual([...new Set(instants)].sort());
  for (const ofEvent of Map.groupBy(feed, ({ eventId }) => eventId).values()) {
    expect(ofEvent.map(({ revision }) => revision)).toEqual(ofEvent.map((_, index) => index));
  }
}

async function expectNowhere(seed: number): Promise<void> {
  for (const table of stored) await emptyTable(table);
  delivering.reset();
  receiver.received.length = 0;
  logged.length = 0;
  const random = chance(seed);
  const desk = new Desk(random);
  const quiet = developmentWith({ actors: [{ name: 'Neighbour' }] }, { id: 'quiet', subject: 'quiet' });
  const { body: neighbour } = await world.post(quiet);
  const endpoint = await delivering.open(receiver);
  await desk.record();
  for (let count = 0; count < 14; count++) await desk.step();

  const event = random.of(desk.events.filter(({ revision }) => revision > 0).concat(desk.events[0] as Known));
  await world.sequence(event.id);
  await world.project();
  const published = (await world.get('/v1/changes?after=0&limit=500')).body.changes.map(
    (change: { publishedAt: string }) => change.publishedAt,
  );
  const instants: string[] = [published[0], random.of(published), published.at(-1)];
  const others = desk.events.filter(({ id }) => id !== event.id);
  const before = await answersWithout(event.id, others, instants);
  const revisions = Array.from({ length: event.revision }, (_, index) => index).filter(() => random.so(0.7));
  const isPartly = !event.isFinal && revisions.length > 0 && random.so(0.6);
  const gone = await namesOnlyIn(event.id, (revision) => !isPartly || revisions.includes(revision));
  const untouched = (await itemsOf('EventLog', 'E#')).filter(({ pk }) => pk !== `E#${event.id}`);
  const visible = idsIn(await world.get('/v1/timeline?limit=500'));
  const firstPage = await world.get('/v1/timeline?limit=1');

  const path = `/v1/events/${event.id}/redaction`;
  const reply = await world.call('POST', path, { body: { ...redaction, ...(isPartly && { revisions }) } });
  expect([reply.status, reply.text]).toEqual([202, reply.text]);
  await world.sequence(event.id);
  Object.assign(event, { revision: reply.body.revision, isFinal: !isPartly || event.isFinal });
  for (let count = 0; count < 10; count++) await desk.step();
  await rebuild({ graceMs: 0 }).catch(() => undefined);
  await eraser.finish();
  await world.project();
  await delivering.followWakes();

  const keys = new Set(untouched.map(({ pk, sk }) => `${pk} ${sk}`));
  const logNow = await itemsOf('EventLog', 'E#');
  expect(logNow.filter(({ pk, sk }) => keys.has(`${pk} ${sk}`))).toEqual(untouched);
  const tables = await Promise.all(stored.map((table) => itemsOf(table)));
  const traces = tables.flat().filter((item) => namesIn(textOf(item)).some((name) => gone.has(name)));
  expect(traces).toEqual([]);
  expect(namesIn(textOf(world.takeWakes())).filter((name) => gone.has(name))).toEqual([]);
  expect(logged.filter((line) => namesIn(line.toLowerCase()).some((name) => gone.has(name)))).toEqual([]);
  const messages = [`/v1/webhook-endpoints/${endpoint.id}/deliveries?limit=500`];
  for (const target of [...everywhere([event.id, neighbour.id], instants), ...messages]) {
    const { text, headers } = await world.call('GET', target);
    expect([target, namesIn(textOf([text, headers])).filter((name) => gone.has(name))]).toEqual([target, []]);
  }
  for (const name of [...gone].slice(0, 3)) {
    for (const at of ['', `&asOf=${instants.at(-1)}`]) {
      expect((await world.get(`/v1/timeline?story=planted&q=${name}${at}`)).body.entries).toEqual([]);
    }
  }
  expect((await world.get(`/v1/events/${event.id}`)).status).toBe(isPartly && !event.isFinal ? 200 : 410);
  expect(await answersWithout(event.id, others, instants)).toEqual(before);
  const isOther = (id: string) => id !== event.id;
  expect((await walkedFrom(firstPage)).filter(isOther)).toEqual(visible.filter(isOther));
  await expectOrder();
  const { outcome, differences } = await rebuild({ graceMs: 0, anew: true });
  expect([outcome, differences?.examples]).toEqual(['switched', []]);
  expect((await revisionsOf(event.id)).some(({ kind }) => kind === 'redacted')).toBe(true);
}

test('Names in every text of events that are changed, sent and worked on are nowhere once one of them is taken down', async () => {
  await fc.assert(fc.asyncProperty(fc.integer(), expectNowhere), { numRuns: 3, endOnFailure: true });
});
