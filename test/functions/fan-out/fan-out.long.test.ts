import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { minuteMs } from '../../../events/dates/durations.ts';
import { takesDown } from '../../../events/redaction.ts';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';
import { type Redactions, redactionsIn } from '../../support/fixtures/redaction.ts';
import { AudienceModel, type ModelEndpoint } from '../../support/models/audience-model.ts';
import { type Chance, chance } from '../../support/models/chance.ts';
import { anyHistoryWithRedactions, newsroomIn } from '../../support/models/history.ts';
import { readFeed } from '../../support/models/timelines-model.ts';
import { type Subscribers, subscribersIn } from '../../support/receivers/subscribers.ts';
import { interfere } from '../../support/world/interference.ts';
import { emptyTable, itemsOf } from '../../support/world/tables.ts';
import { startWorld, type World } from '../../support/world/world.ts';

/** The faults of one invocation: lost calls, being killed, and a long pause before one of its calls. */
interface Trouble {
  readonly random: Chance;
  readonly share: number;
  callsToLive: number;
  callsBeforePause: number;
  /** Called when the pause begins. */
  readonly onPause: () => void;
  readonly pause: Promise<void>;
}

/** It takes a tenth of that on an idle machine. */
const propertyTimeoutMs = 120_000;

const usual = 50;
const never = Number.POSITIVE_INFINITY;
const noPause = { callsToLive: never, callsBeforePause: never, onPause: () => {}, pause: Promise.resolve() };

const filters: readonly EndpointFilter[] = [
  {},
  { stories: ['karabakh-2020'] },
  { stories: ['minsk-group', 'french-senate'] },
  { types: ['hostilities.reported'] },
  { places: ['AZ-LAC'] },
  { places: ['shusha', 'aghdam'], statuses: ['confirmed'] },
  { actors: ['RU'] },
  { actors: ['AM', 'Q43'], stories: ['karabakh-2020'] },
  { from: '2020-11-10', to: '2020-12' },
  { places: ['AZ-LAC'], from: '2020-11-09', to: '2020-11-09' },
];

let world: World;
let subscribers: Subscribers;
let redactions: Redactions;
let deliveries: typeof import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
let states: typeof import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
let behind: typeof import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
let checkpoints: typeof import('../../../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
const trouble = new AsyncLocalStorage<Trouble>();

beforeAll(async () => {
  world = await startWorld();
  subscribers = await subscribersIn();
  redactions = await redactionsIn(world);
  deliveries = await import('../../../functions/lib/subscribers/deliveries/deliveries.ts');
  states = await import('../../../functions/lib/subscribers/endpoints/endpoint-state.ts');
  behind = await import('../../../functions/lib/subscribers/endpoints/endpoints-behind.ts');
  checkpoints = await import('../../../functions/lib/subscribers/fan-out/fan-out-checkpoint.ts');
  const { dynamodb } = await import('../../../functions/lib/runtime/dynamodb.ts');
  interfere(dynamodb, async () => {
    const mine = trouble.getStore();
    if (!mine) return 'done';
    if (mine.callsBeforePause-- === 0) {
      mine.onPause();
      await mine.pause;
    }
    if (mine.callsToLive-- <= 0 || mine.random.so(mine.share)) return 'never sent';
    return mine.random.so(mine.share) ? 'answer lost' : 'done';
  });
});
afterAll(() => world.stop());

const passed = async () => (await checkpoints.readFanOutCheckpoint('consistent')).position;
const sorted = (positions: ReadonlySet<number>) => [...positions].sort((one, other) => one - other);

/** The positions in the feed whose content was taken down. */
async function takenDown(): Promise<ReadonlySet<number>> {
  const feed = await readFeed();
  const isTakenDown = (entry: (typeof feed)[number]) =>
    feed.some((later) => later.eventId === entry.eventId && takesDown(later, entry));
  return new Set(feed.filter(isTakenDown).map(({ position }) => position));
}

/** The endpoints, step by step, and what they must receive. */
class Desk {
  readonly model = new AudienceModel();
  readonly sent = new Map<string, number[]>();
  /** The position of each endpoint up to which it receives nothing. */
  readonly skipped = new Map<string, number>();
  readonly #random: Chance;
  readonly #calm: boolean;
  readonly #late: (() => Promise<unknown>)[] = [];
  #inProgress: Promise<unknown>[] = [];

  constructor(random: Chance, calm: boolean) {
    this.#random = random;
    this.#calm = calm;
  }

  /** Runs fan-out. It may be killed, or be delayed and continue much later. */
  wake(): void {
    const { promise: pause, resolve: go } = Promise.withResolvers<void>();
    const { promise: paused, resolve: onPause } = Promise.withResolvers<void>();
    const random = this.#random;
    const share = this.#calm ? 0 : random.of([0, 0.01, 0.1]);
    const callsToLive = !this.#calm && random.so(0.3) ? random.below(60) : never;
    const stalls = !this.#calm && random.so(0.3);
    const mine = { random, share, callsToLive, callsBeforePause: stalls ? random.below(60) : never, onPause, pause };
    const done = trouble.run(mine, () => subscribers.fanOut().catch(() => {}));
    // A run is in progress until its pause. The model must not see an endpoint change while such a run may still
    // advance.
    this.#inProgress.push(Promise.race([done, paused]));
    if (stalls) {
      this.#late.push(() => {
        go();
        return done;
      });
    }
  }

  /** Waits for all runs but the delayed ones. */
  async waitForRuns(): Promise<void> {
    await Promise.all(this.#inProgress);
    this.#inProgress = [];
    this.model.pass(await readFeed(), await passed());
  }

  /** Takes the content of an event from the log, if nothing waits for it any more. */
  async blank(eventIds: ReadonlySet<string>): Promise<void> {
    const eventId = this.#random.of([...eventIds]);
    await this.waitForRuns();
    const through = await passed();
    const isPassed = (await redactions.publishedOf(eventId)).every(({ position }) => position <= through);
    if (!isPassed) return;
    await redactions.blank(eventId);
    this.model.blank(await readFeed());
  }

  async resumeDelayed(): Promise<void> {
    await this.#late.shift()?.();
    await this.waitForRuns();
  }

  async resumeAllDelayed(): Promise<void> {
    while (this.#late.length > 0) await this.resumeDelayed();
  }

  async change(): Promise<void> {
    await this.waitForRuns();
    if (!this.#calm) this.model.allowLateWrites();
    const random = this.#random;
    const ids = [...this.model.endpoints.keys()];
    if (ids.length === 0 || (ids.length < 5 && random.so(0.3))) return this.#open();
    const id = random.of(ids);
    const endpoint = this.model.endpoints.get(id) as ModelEndpoint;
    if (!endpoint.receives) return this.#enable(id, endpoint);
    if (random.so(0.4)) return this.#work(id, endpoint, !this.#calm && random.so(0.3));
    return random.so(0.4) ? this.#disable(id, endpoint) : this.#filter(id, endpoint);
  }

  async #open(): Promise<void> {
    const head = (await readFeed()).length;
    const since = this.#random.of([0, head, Math.floor(head / 2)]);
    const filter = this.#random.of(filters);
    this.model.open(await subscribers.open(filter, since), filter, since);
  }

  async #filter(id: string, endpoint: ModelEndpoint): Promise<void> {
    const filter = this.#random.of(filters);
    const left = await behind.readBehind(id);
    const { filter: former } = endpoint;
    await subscribers.filterBy(id, filter);
    Object.assign(endpoint, { filter, since: endpoint.settledThrough });
    if (left) this.model.keepFilter(endpoint, former, left.from);
  }

  async #disable(id: string, endpoint: ModelEndpoint): Promise<void> {
    await subscribers.disable(id);
    endpoint.receives = false;
  }

  async #enable(id: string, endpoint: ModelEndpoint): Promise<void> {
    const { settledThrough, backfillFrom } = endpoint;
    if (this.#random.so(0.6)) {
      await subscribers.start(id);
      const next = Math.min(settledThrough + 1, backfillFrom ?? never);
      Object.assign(endpoint, { receives: true, since: settledThrough, backfillFrom: next, backfillTo: null });
      return;
    }
    const head = (await readFeed()).length;
    await subscribers.start(id, { sendAfter: head, backfill: { next: head + 1, to: null, resend: false } });
    Object.assign(endpoint, {
      receives: true,
      since: head,
      settledThrough: head,
      backfillFrom: head + 1,
      backfillTo: null,
    });
    this.skipped.set(id, head);
  }

  /** The worker backfills its endpoint and sends what is queued. It may be killed, and be replaced only later. */
  async #work(id: string, endpoint: ModelEndpoint, killed: boolean): Promise<void> {
    const random = this.#random;
    if (killed) {
      const mine = { ...noPause, random, share: 0.02, callsToLive: random.below(40) };
      await trouble.run(mine, () => subscribers.backfill(id).catch(() => {}));
      await this.#lookAt(id, endpoint);
      if (random.so(0.5)) return;
    }
    if (await behind.readBehind(id)) this.model.catchUp(endpoint);
    await subscribers.backfill(id);
    this.model.backfill(endpoint);
    const through = await passed();
    const sent = this.sent.get(id) ?? [];
    this.sent.set(id, sent);
    const at = new Date().toISOString();
    const gone = await takenDown();
    for (const { position, status } of await subscribers.queuedFor(id)) {
      if (position <= endpoint.settledThrough || position > through) continue;
      if (gone.has(position) || status === 'withdrawn') {
        await deliveries.settleDelivery(id, position, 'withdrawn', at);
        endpoint.settledThrough = position;
        continue;
      }
      await deliveries.startDelivery(id, position, null, at);
      await deliveries.settleDelivery(id, position, 'acknowledged', at);
      sent.push(position);
      endpoint.settledThrough = position;
    }
    await subscribers.change(id, { sendAfter: endpoint.settledThrough });
  }

  /** Only the endpoint knows how far a worker came before it was killed. */
  async #lookAt(id: string, endpoint: ModelEndpoint): Promise<void> {
    const backfill = (await states.readState(id))?.backfill;
    if (!backfill) this.model.backfill(endpoint);
    else endpoint.backfillTo = backfill.to;
  }

  /** Serves all active endpoints. */
  async workForAll(): Promise<void> {
    for (const [id, endpoint] of this.model.endpoints) if (endpoint.receives) await this.#work(id, endpoint, false);
  }
}

describe('fan-out', () => {
  test(
    'queues for every endpoint what one pass over the whole feed would, whatever is killed, late, repeated or changed on the way',
    async () => {
      await fc.assert(
        fc.asyncProperty(anyHistoryWithRedactions(16), fc.integer(), fc.boolean(), async (steps, seed, calm) => {
          await Promise.all([emptyTable('EventLog'), emptyTable('Timelines'), emptyTable('Subscribers')]);
          const random = chance(seed);
          behind.fallingBehind.deliveries = random.of([0, 1, 3, usual]);
          const newsroom = newsroomIn(world);
          const desk = new Desk(random, calm);
          await desk.change();
          for (const step of steps) {
            await world.sequence(...(await newsroom.carryOut(step)));
            if (random.so(0.8)) await world.project();
            while (random.so(0.5)) desk.wake();
            while (random.so(0.5)) await desk.change();
            if (newsroom.redacted.size > 0 && random.so(0.3)) await desk.blank(newsroom.redacted);
            if (random.so(0.2)) await desk.resumeDelayed();
          }
          await world.project();
          await subscribers.fanOut();
          await desk.waitForRuns();
          await desk.resumeAllDelayed();
          for (const eventId of newsroom.redacted) await redactions.blank(eventId);
          desk.model.blank(await readFeed());
          for (const minutes of [1, 15]) await redactions.fanOutAfter(minutes * minuteMs);
          await desk.workForAll();
          expect(await passed()).toBe((await readFeed()).length);
          const gone = await takenDown();
          for (const [id, { must, may, receives }] of desk.model.endpoints) {
            const positions = await subscribers.positionsFor(id);
            const allowed = new Set([...must, ...may]);
            // What an endpoint that is behind skips, would receive if it were active, or finds taken down, is not
            // queued.
            const { behindFrom = never, backfill } = (await states.readState(id)) ?? {};
            const leftFrom = Math.min(behindFrom, backfill?.next ?? never);
            const isLeft = (position: number) =>
              behind.fallingBehind.deliveries < usual &&
              (gone.has(position) || position <= (desk.skipped.get(id) ?? 0) || (!receives && position >= leftFrom));
            const absent = sorted(must).filter((position) => !positions.includes(position));
            expect(absent.filter((position) => !isLeft(position))).toEqual([]);
            expect(positions.filter((position) => !allowed.has(position))).toEqual([]);
            const sent = desk.sent.get(id) ?? [];
            expect(sent).toEqual(sorted(new Set(sent)));
            const skipped = desk.skipped.get(id) ?? 0;
            const missed = sorted(must).filter(
              (position) => position > skipped && !sent.includes(position) && !gone.has(position),
            );
            if (receives) expect(missed).toEqual([]);
          }
          expect(await subscribers.checkpoint()).toMatchObject({ erasing: 0 });
          const queued = (await itemsOf('Subscribers', 'W#')).filter(({ sk }) => String(sk).startsWith('D#'));
          const types = queued.filter(({ position }) => gone.has(position as number)).map(({ type }) => type);
          expect(types.filter((type) => type !== 'event.redacted')).toEqual([]);
        }),
        { numRuns: 10, endOnFailure: true },
      );
    },
    propertyTimeoutMs,
  );
});
