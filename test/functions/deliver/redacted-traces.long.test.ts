import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hourMs, minuteMs } from '../../../events/dates/durations.ts';
import { oneAfterAnother } from '../../../functions/lib/runtime/concurrency.ts';
import { developmentWith } from '../../events/samples.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { type Chance, chance } from '../../support/models/chance.ts';
import { type Delivering, deliveringIn } from '../../support/receivers/delivering.ts';
import { createdEndpoint, endpointsPath, verifyEndpoint } from '../../support/receivers/endpoints.ts';
import { type Receiver, startReceiver } from '../../support/receivers/receiver.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

const filters = [{}, { stories: ['karabakh-2020'] }, { types: ['development.reported'] }];

let world: World;
let delivering: Delivering;
let redactions: Redactions;
let receiver: Receiver;
let names = 0;

beforeAll(async () => {
  world = await startWorld();
  delivering = await deliveringIn(world);
  redactions = await redactionsIn(world);
  receiver = await startReceiver();
});
afterEach(async () => {
  await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
});
afterAll(async () => {
  await receiver.stop();
  await world.stop();
});

/** An event of the desk: its latest revision, and whether it can be changed. */
interface Known {
  readonly id: string;
  revision: number;
  isFinal: boolean;
}

/** A newsroom that names somebody else in every field of every revision, and its subscribers. */
class Desk {
  readonly names: string[] = [];
  readonly redacted = new Set<string>();
  readonly endpoints: string[] = [];
  readonly #random: Chance;
  readonly #events: Known[] = [];

  constructor(random: Chance) {
    this.#random = random;
  }

  #name(): string {
    names += 1;
    const name = `Zarifa${names}x`;
    this.names.push(name);
    return name;
  }

  #data(): object {
    const data = { headline: this.#name(), summary: this.#name(), actors: [{ name: this.#name() }] };
    return this.#random.so(0.5) ? data : { headline: this.#name() };
  }

  async record(): Promise<void> {
    const event = { ...developmentWith(this.#data()), id: this.#name() };
    const { status, body, text } = await world.call('POST', '/v1/events', { body: event });
    expect([status, text]).toEqual([201, text]);
    this.#events.push({ id: body.id, revision: 0, isFinal: false });
    await world.sequence(body.id);
  }

  async change(): Promise<void> {
    const event = this.#random.of(this.#events);
    if (event.isFinal) return;
    const isRetracted = this.#random.so(0.2);
    const body = { note: this.#name(), ...(!isRetracted && { data: this.#data() }) };
    const path = `/v1/events/${event.id}/${isRetracted ? 'retraction' : 'corrections'}`;
    const { status, text } = await world.call('POST', path, { headers: { 'if-match': `"${event.revision}"` }, body });
    expect([status, text]).toEqual([201, text]);
    Object.assign(event, { revision: event.revision + 1, isFinal: isRetracted });
    await world.sequence(event.id);
  }

  async redact(): Promise<void> {
    const event = this.#random.of(this.#events);
    if (event.isFinal && this.redacted.has(event.id)) return;
    const isWhole = event.isFinal || event.revision === 0 || this.#random.so(0.5);
    const revisions = [this.#random.below(event.revision)];
    // The same redaction again would be none.
    const note = `Order ${event.revision}`;
    await redactions.redact(event.id, isWhole ? { note } : { note, revisions });
    this.redacted.add(event.id);
    Object.assign(event, { revision: event.revision + 1, isFinal: isWhole });
  }

  async open(): Promise<void> {
    if (this.endpoints.length >= 4) return;
    const filter = this.#random.of(filters);
    const maxInFlight = this.#random.of([1, 1, 3]);
    const { id } = await createdEndpoint(world, { url: receiver.url, filter, maxInFlight, startAt: 'beginning' });
    await verifyEndpoint(id);
    this.endpoints.push(id);
  }

  async fanOut(): Promise<void> {
    await world.project();
    await delivering.subscribers.fanOut();
  }

  async work(): Promise<void> {
    await delivering.work(this.#random.of(this.endpoints), this.#random.of(['prompt', 'slow']));
    if (this.#random.so(0.3)) delivering.pass(hourMs);
  }

  /** Asks for a message again, or for all. */
  async again(): Promise<void> {
    const id = this.#random.of(this.endpoints);
    const position = 1 + this.#random.below(10);
    if (this.#random.so(0.5)) await world.call('POST', `${endpointsPath}/${id}/replay`, { body: { from: 1 } });
    else await world.call('POST', `${endpointsPath}/${id}/deliveries/${position}/redeliver`, { body: {} });
  }

  /** Takes from the log what was taken down of an event, if fan-out has passed it. */
  async blank(): Promise<void> {
    if (this.redacted.size === 0) return;
    const id = this.#random.of([...this.redacted]);
    const position = Number((await delivering.subscribers.checkpoint())?.position ?? 0);
    const published = await redactions.publishedOf(id);
    if (published.every((revision) => revision.position <= position)) await redactions.blank(id);
  }

  async step(): Promise<void> {
    const step = this.#random.of([
      ...[this.record, this.change, this.change, this.redact, this.open],
      ...[this.fanOut, this.fanOut, this.work, this.work, this.work, this.again, this.blank],
    ]);
    await step.call(this);
  }

  /** Carries out all redactions to their end. */
  async finish(): Promise<void> {
    await this.fanOut();
    for (const id of this.redacted) await redactions.blank(id);
    for (const minutes of [1, 15]) await redactions.fanOutAfter(minutes * minuteMs);
  }
}

test('Subscribers holds no name that the log has lost, in keys or attributes, whatever was sent, answered and asked for again', async () => {
  let lost = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
      delivering.reset();
      const random = chance(seed);
      const desk = new Desk(random);
      const inTurn = oneAfterAnother();
      let inFlight = 0;
      receiver.otherwise(async ({ text }, response) => {
        if (inFlight < 4 && random.so(0.1)) {
          inFlight += 1;
          await inTurn(async () => {
            await desk.redact();
            await desk.fanOut();
          });
        }
        response.writeHead(random.of([200, 200, 200, 400, 500])).end(text);
      });
      await desk.record();
      await desk.open();
      for (let count = 0; count < 35; count++) await desk.step();
      await desk.finish();
      for (const id of desk.endpoints) {
        await world.call('POST', `${endpointsPath}/${id}/replay`, { body: { from: 1 } });
      }
      receiver.received.length = 0;
      for (let count = 0; count < 4; count++) {
        delivering.pass(hourMs);
        await delivering.sweep();
      }
      // What receivers did meanwhile may have taken down more.
      await desk.finish();
      const log = JSON.stringify(await itemsOf('EventLog'));
      const gone = desk.names.filter((name) => !log.includes(name));
      const traces = (await itemsOf('Subscribers')).map((item) => JSON.stringify(item).toLowerCase());
      const found = traces.filter((item) => gone.some((name) => item.includes(name.toLowerCase())));
      expect(found).toEqual([]);
      expect(await delivering.subscribers.checkpoint()).toMatchObject({ erasing: 0 });
      lost += gone.length;
    }),
    { numRuns: 5 },
  );
  expect(lost).toBeGreaterThan(25);
});
