import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { startEngine } from '../local/engines/engine.ts';
import { startSystem, startTimeline } from '../test/journeys/support/program.ts';
import { temporaryFolder } from '../test/journeys/support/temporary-folder.ts';
import { chance } from '../test/support/models/chance.ts';
import { reactions, startReceiver } from '../test/support/receivers/receiver.ts';
import { startDatabaseProxy } from './torture/faults/database-proxy.ts';
import { type Answer, askOnce, insist } from './torture/load/patient-client.ts';

/** Milliseconds from the POST of an event: half of the events took less, and so on. */
interface Quantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What was measured at one rate of events. */
export interface Measured {
  /** Events a second that were posted; the most that could be posted if it is `most`. */
  readonly rate: number | 'most';
  /** Whether every call of the database took as long as on AWS. */
  readonly hasLatency: boolean;
  readonly events: number;
  /**
   * Events a second that were posted, became visible, and were delivered, from the first POST until the last of them.
   */
  readonly posted: number;
  readonly published: number;
  readonly delivered: number;
  readonly visibleMs: Quantiles;
  readonly webhookMs: Quantiles;
}

/** The system that is measured. */
interface Target {
  readonly url: string;
  /** Keys of several newsrooms, since one may write 60 events a second. */
  readonly keys: readonly string[];
  readonly arrivals: Map<string, number>;
}

const rates = [2, 5, 20, 50] as const;
const newsrooms = 8;
const awsLatencyMs = { call: 5, transaction: 10 };
const patienceMs = 60_000;
const clients = 24;
const pollMs = 5;
const page = 200;

/** The value below which a share of all values are. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN);
}

const quantiles = (values: readonly number[]): Quantiles => ({
  p50: quantile(values, 0.5),
  p95: quantile(values, 0.95),
  p99: quantile(values, 0.99),
});

const eventOf = (id: string) => ({
  type: 'development.reported',
  id,
  subject: 'pipeline',
  data: {
    when: { edtf: '2020-11-10' },
    headline: id,
    status: 'confirmed',
    places: [{ name: 'Lachin', iso3166_2: 'AZ-LAC' }],
    sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
  },
});

/** Notes when events become visible in the timeline of their story, until it is to stop. */
async function watch(url: string, seen: Map<string, number>, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    let cursor = '';
    // Newest first: what is known already ends the look.
    for (let isNew = true; isNew && !isOver(); ) {
      const path = `/v1/timeline?story=pipeline&order=published&limit=${page}${cursor}`;
      const answer: Answer | undefined = await askOnce(url, { method: 'GET', path });
      const at = performance.now();
      const ids: string[] = (answer?.body?.entries ?? []).map(({ id }: { id: string }) => id);
      isNew = ids.length > 0 && ids.every((id) => !seen.has(id)) && answer?.body.nextCursor !== null;
      for (const id of ids) if (!seen.has(id)) seen.set(id, at);
      cursor = `&cursor=${encodeURIComponent(answer?.body?.nextCursor ?? '')}`;
    }
    await pause(pollMs);
  }
}

async function measure(
  { url, keys, arrivals }: Target,
  rate: Measured['rate'],
  seconds: number,
  hasLatency: boolean,
): Promise<Measured> {
  const posted = new Map<string, number>();
  const seen = new Map<string, number>();
  const run = randomUUID();
  let isOver = false;
  let made = 0;
  let acknowledgedAt = 0;
  const watching = watch(url, seen, () => isOver);
  const begun = performance.now();

  async function post(): Promise<void> {
    const number = made++;
    const at = performance.now();
    const answer = await insist(url, {
      method: 'POST',
      path: '/v1/events',
      key: keys[number % keys.length] as string,
      body: eventOf(`${run}-${number}`),
    });
    acknowledgedAt = performance.now();
    posted.set(answer.body.id, at);
  }

  const isTime = () => performance.now() - begun < seconds * 1_000;
  const posting: Promise<void>[] = [];
  if (rate === 'most') {
    const client = async () => {
      while (isTime()) await post();
    };
    posting.push(...Array.from({ length: clients }, client));
  } else {
    // By the clock, whatever the answers take.
    for (; isTime(); await pause(Math.max(0, begun + (made * 1_000) / rate - performance.now()))) posting.push(post());
  }
  await Promise.all(posting);
  const deadline = performance.now() + patienceMs;
  const isDone = () => [...posted.keys()].every((id) => seen.has(id) && arrivals.has(id));
  while (!isDone() && performance.now() < deadline) await pause(pollMs);
  isOver = true;
  await watching;
  const waits = (ends: ReadonlyMap<string, number>) =>
    [...posted].map(([id, at]) => (ends.get(id) ?? Number.POSITIVE_INFINITY) - at);
  const perSecond = (end: number) => posted.size / ((end - begun) / 1_000);
  const lastOf = (ends: ReadonlyMap<string, number>) =>
    Math.max(...[...posted.keys()].map((id) => ends.get(id) ?? Number.POSITIVE_INFINITY));
  return {
    rate,
    hasLatency,
    events: posted.size,
    posted: perSecond(acknowledgedAt),
    published: perSecond(lastOf(seen)),
    delivered: perSecond(lastOf(arrivals)),
    visibleMs: quantiles(waits(seen)),
    webhookMs: quantiles(waits(arrivals)),
  };
}

async function createdKeys(folder: string): Promise<string[]> {
  return Promise.all(
    Array.from({ length: newsrooms }, async (_, index) => {
      const grant = ['key', 'create', '--newsroom', `desk-${index}`, '--scopes', 'events:write', '--data', folder];
      const { output } = await startTimeline(grant).ended;
      return /tl_\S+/.exec(output)?.[0] ?? '';
    }),
  );
}

/** A system of its own, with one endpoint that takes everything; measured at each rate. */
async function measureSystem(hasLatency: boolean, seconds: number, log: (line: string) => void): Promise<Measured[]> {
  const folder = await temporaryFolder();
  const receiver = await startReceiver();
  const engine = hasLatency ? await startEngine({}) : undefined;
  const proxy = hasLatency ? await startDatabaseProxy(chance(1), []) : undefined;
  if (engine) proxy?.aim(engine.endpoint);
  const environment: Record<string, string> = proxy
    ? { AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint, AWS_ENDPOINT_URL_DYNAMODB_STREAMS: proxy.endpoint }
    : {};
  const system = startSystem(['--port', '0', '--data', folder.path, '--no-story'], { environment });
  try {
    const [, url = '', key = ''] = await system.said(
      /^Timeline +(http:\S+?)\/v1\/timeline\S*\nDevelopment key +(tl_\S+)\n/m,
    );
    await system.said(/Ready\./);
    const keys = await createdKeys(folder.path);
    const arrivals = new Map<string, number>();
    receiver.otherwise((request, response) => {
      receiver.received.length = 0;
      const { eventid } = request.body ?? {};
      if (eventid !== undefined && !arrivals.has(eventid)) arrivals.set(eventid, performance.now());
      reactions.takes(request, response);
    });
    const endpoint = { url: receiver.url, filter: { stories: ['pipeline'] }, startAt: 'beginning' };
    await insist(url, { method: 'POST', path: '/v1/webhook-endpoints', key, body: endpoint });
    const target = { url, keys, arrivals };
    // The first events load the functions.
    await measure(target, 5, 3, hasLatency);
    if (proxy) proxy.weather.latencyMs = awsLatencyMs;
    const measured: Measured[] = [];
    for (const rate of [...rates, 'most' as const]) {
      log(`${hasLatency ? 'with latency' : 'without latency'}: ${rate} events a second`);
      measured.push(await measure(target, rate, seconds, hasLatency));
    }
    return measured;
  } finally {
    system.kill('SIGTERM');
    await system.ended;
    await Promise.all([receiver.stop(), proxy?.stop()]);
    await engine?.stop();
    await folder.remove();
  }
}

/** Measures how long events take through the whole system on this machine, without and with the latencies of AWS. */
export async function measurePipeline(seconds: number, log: (line: string) => void): Promise<Measured[]> {
  return [...(await measureSystem(false, seconds, log)), ...(await measureSystem(true, seconds, log))];
}
