import { setTimeout as delay } from 'node:timers/promises';
import { readFeed } from './check-record.ts';
import type { Findings } from './findings.ts';
import { insist } from './patient-client.ts';

const burst = 300;
const batch = 50;
const quietEvents = 8;
const quietPauseMs = 250;
/** A newsroom may be delayed by others by seconds, not more. */
const longestWaitMs = 10_000;
const publishingMs = 15_000;

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

/** Lets one newsroom write as fast as it may, and checks how long the events of another wait for their publication. */
export async function checkFairness(
  url: string,
  keys: { busy: string; quiet: string },
  findings: Findings,
): Promise<void> {
  const run = Date.now().toString(36);
  const busy = async () => {
    for (let index = 0; index < burst; index += batch)
      await insist(url, {
        method: 'POST',
        path: '/v1/events',
        key: keys.busy,
        body: Array.from({ length: batch }, (_, offset) => eventOf(`busy-${run}-${index + offset}`)),
      });
  };
  const recorded = new Map<string, string>();
  const quiet = async () => {
    for (let index = 0; index < quietEvents; index++) {
      const { body } = await insist(url, {
        method: 'POST',
        path: '/v1/events',
        key: keys.quiet,
        body: eventOf(`quiet-${run}-${index}`),
      });
      recorded.set(body.id, body.recordedAt);
      await delay(quietPauseMs);
    }
  };
  await Promise.all([busy(), quiet()]);
  const deadline = Date.now() + publishingMs;
  for (;;) {
    const published = (await readFeed(url, '&story=quiet')).filter(({ id }) => recorded.has(id));
    if (published.length < quietEvents && Date.now() < deadline) {
      await delay(250);
      continue;
    }
    for (const [id, at] of recorded) {
      const change = published.find((one) => one.id === id);
      const waitMs = change ? Date.parse(change.publishedAt) - Date.parse(at) : Number.POSITIVE_INFINITY;
      if (waitMs > longestWaitMs)
        findings.add('unfair', `${id} waited for ${waitMs} ms beside a newsroom that wrote ${burst} events.`);
    }
    return;
  }
}
