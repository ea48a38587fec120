import { setTimeout as delay } from 'node:timers/promises';
import { insist } from '../load/patient-client.ts';
import { readFeed } from './check-record.ts';
import type { Findings } from './findings.ts';

const burst = 300;
const batch = 50;
const quietEvents = 8;
const quietPauseMs = 250;
/** A newsroom may be delayed by others by seconds, not more. */
const longestWaitMs = 10_000;
/**
 * On a busy machine seconds say nothing: an event may wait so many times as long as alone, and as long as the busy
 * newsroom itself waits for its own.
 */
const longestOfAlone = 20;
const eventsAlone = 4;
/** Longer than what is found wrong, since what comes later counts as never. */
const patience = 1.5;
const longestPatienceMs = 120_000;

const eventOf = (id: string) => ({
  type: 'development.reported',
  id,
  subject: id.startsWith('quiet') ? 'quiet' : 'busy',
  data: {
    when: { edtf: '2020-11-10' },
    headline: id,
    status: 'confirmed',
    sources: [{ url: 'https://example.org/', publisher: 'AFP' }],
  },
});

/** Posts events one after the other. @returns when each was recorded, by id */
async function post(url: string, key: string, ids: readonly string[]): Promise<Map<string, string>> {
  const recorded = new Map<string, string>();
  for (const id of ids) {
    const { body } = await insist(url, { method: 'POST', path: '/v1/events', key, body: eventOf(id) });
    recorded.set(body.id, body.recordedAt);
    await delay(quietPauseMs);
  }
  return recorded;
}

/** Posts events batch by batch. @returns when each was sent, by id */
async function postBatches(url: string, key: string, ids: readonly string[]): Promise<Map<string, string>> {
  const sent = new Map<string, string>();
  for (let start = 0; start < ids.length; start += batch) {
    const at = new Date().toISOString();
    const events = ids.slice(start, start + batch).map(eventOf);
    const { body } = await insist(url, { method: 'POST', path: '/v1/events', key, body: events });
    for (const { id } of body.results) sent.set(id, at);
  }
  return sent;
}

/**
 * How long each event of a story waits for its publication, in milliseconds; infinite if it takes longer than the
 * patience.
 */
async function waitsOf(url: string, story: string, recorded: ReadonlyMap<string, string>, patienceMs: number) {
  for (const deadline = Date.now() + patienceMs; ; await delay(250)) {
    const published = (await readFeed(url, `&story=${story}`)).filter(({ id }) => recorded.has(id));
    if (published.length < recorded.size && Date.now() < deadline) continue;
    const publishedAt = new Map(published.map((change) => [change.id, Date.parse(change.publishedAt)]));
    return [...recorded].map(([id, at]) => ({
      id,
      waitMs: (publishedAt.get(id) ?? Number.POSITIVE_INFINITY) - Date.parse(at),
    }));
  }
}

/** Lets one newsroom write as fast as it may, and checks how long the events of another wait for their publication. */
export async function checkFairness(
  url: string,
  keys: { busy: string; quiet: string },
  findings: Findings,
): Promise<void> {
  const run = Date.now().toString(36);
  const named = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}-${run}-${index}`);
  const alone = await waitsOf(
    url,
    'quiet',
    await post(url, keys.quiet, named(eventsAlone, 'quiet-alone')),
    6 * longestWaitMs,
  );
  for (const { id, waitMs } of alone)
    if (!Number.isFinite(waitMs)) findings.add('stopped', `${id} was not published, though nothing else was written.`);
  const finite = alone.map(({ waitMs }) => waitMs).filter(Number.isFinite);
  const limitMs = Math.max(longestWaitMs, ...finite.map((waitMs) => longestOfAlone * waitMs));
  const patienceMs = Math.min(patience * limitMs, longestPatienceMs);
  const [quiet, busy] = await Promise.all([
    post(url, keys.quiet, named(quietEvents, 'quiet')),
    postBatches(url, keys.busy, named(burst, 'busy')),
  ]);
  const quietWaits = await waitsOf(url, 'quiet', quiet, patienceMs);
  const busyWaits = await waitsOf(url, 'busy', busy, patienceMs);
  const longestOfBusyMs = Math.max(...busyWaits.map(({ waitMs }) => waitMs));
  for (const { id, waitMs } of quietWaits)
    if (waitMs > limitMs && !(waitMs < longestOfBusyMs))
      findings.add('unfair', `${id} waited for ${waitMs} ms beside a newsroom that wrote ${burst} events.`);
}
