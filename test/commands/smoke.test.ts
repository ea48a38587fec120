import { afterAll, describe, expect, test } from '@jest/globals';
import { endPrograms, startProgram } from '../journeys/support/program.ts';
import { runTimeline, withEnvironment } from './support/run-timeline.ts';
import { type Fault, serveSmallTimeline } from './support/small-timeline.ts';

afterAll(endPrograms);

const receiver = 'https://receiver.example/hook';
const story = expect.stringMatching(/^Trying http:\/\/127\.0\.0\.1:\d+ in the story smoke-test-[0-9a-f]{12}\.\n$/);
const path = '/v1/timeline?story=smoke-test-…';

/** Runs the smoke test against a small timeline, and makes its output the same in every run. */
async function smoke(fault?: Fault, options: readonly string[] = ['--receiver', receiver]) {
  const { url, stop, calls } = await serveSmallTimeline(fault);
  try {
    const ended = await runTimeline(['smoke', '--url', url, '--key', 'tl_key', '--wait', '1', ...options]);
    const lines = ended.output
      .trimEnd()
      .replaceAll(/smoke-test-[0-9a-f]+/g, 'smoke-test-…')
      .split('\n');
    return { code: ended.code, errors: ended.errors, lines, calls };
  } finally {
    await stop();
  }
}

const line = (state: string, name: string, detail: string) => `${state.padEnd(8)}${name.padEnd(13)}${detail}.`;
const well = {
  health: line('ok', 'health', 'the system says that it works'),
  refusal: line('ok', 'refusal', 'a write without a key is refused'),
  append: line('ok', 'append', 'evt_one is stored'),
  replay: line('ok', 'replay', 'the same event, sent again, is stored once'),
  timeline: line('ok', 'timeline', 'the timeline shows the event'),
  subscribe: line('ok', 'subscribe', `${receiver} has agreed to receive messages`),
  correct: line('ok', 'correct', 'the timeline shows the correction'),
  'as-of': line('ok', 'as-of', 'the record as of before the correction is the same as before, and never changes'),
  formats: line('ok', 'formats', 'json, ndjson, csv, geojson, jsonfeed, atom, rss, ics, timelinejs'),
  caching: line('ok', 'caching', 'an ETag is recognized, and the content delivery network answers repeated requests'),
  webhook: line('ok', 'webhook', 'the receiver has acknowledged the correction'),
  unsubscribe: line('ok', 'unsubscribe', 'the endpoint is deleted'),
  retract: line('ok', 'retract', 'evt_one is retracted. That it was there stays on the record'),
};
const failed = (changes: Partial<Record<keyof typeof well, string>>) =>
  Object.values({
    ...well,
    ...Object.fromEntries(Object.entries(changes).map(([name, detail]) => [name, line('failed', name, detail)])),
  });
const cleaningUp = ['DELETE /v1/webhook-endpoints/wh_one', 'POST /v1/events/evt_one/retraction'];

describe('npx timeline smoke', () => {
  test('says line by line that a system works, deletes its endpoint and retracts its event', async () => {
    expect(await smoke()).toEqual({
      code: 0,
      errors: story,
      lines: Object.values(well),
      calls: [
        'POST /v1/events',
        'POST /v1/events',
        'POST /v1/webhook-endpoints',
        'POST /v1/events/evt_one/corrections',
        ...cleaningUp,
      ],
    });
  });

  test('takes the address and the key from the environment', async () => {
    const { url, stop, calls } = await serveSmallTimeline();
    const environment = { TIMELINE_URL: url, TIMELINE_KEY: 'tl_key' };
    const { code, errors } = await withEnvironment(environment, () => runTimeline(['smoke', '--wait', '1']));
    await stop();
    expect({ code, errors, calls: calls.length }).toEqual({ code: 0, errors: story, calls: 4 });
  });

  test('leaves webhooks out without a receiver', async () => {
    const { subscribe, unsubscribe, ...others } = well;
    const lines = Object.values({ ...others, webhook: line('skipped', 'webhook', 'no receiver is given') });
    expect(await smoke(undefined, [])).toMatchObject({ code: 0, lines });
  });

  test.each<[Fault, Partial<Record<keyof typeof well, string>>]>([
    ['is behind', { health: '/v1/health says behind instead of ok' }],
    ['lets strangers write', { refusal: 'POST /v1/events responds with 201 instead of 401: {}' }],
    ['stores twice', { replay: 'POST /v1/events responds with 201 instead of 200: {"id":"evt_one","revision":0}' }],
    [
      'shows other events',
      {
        timeline: 'the timeline of the story has 1 entries, and not only the event',
        'as-of': 'the instant of the first revision is not known',
      },
    ],
    ['does not verify', { subscribe: 'after 1 s, /v1/webhook-endpoints/wh_one does not show a verified endpoint' }],
    ['forgets the past', { 'as-of': `${path}&asOf=2026-11-28T00:00:00.000Z does not show what the record said then` }],
    [
      'caches the past shortly',
      { 'as-of': 'a response about the past may be cached as "public, max-age=1", which is not immutable' },
    ],
    ['sends the wrong type', { formats: `${path}&format=csv has the type text/plain instead of text/csv` }],
    ['leaves events out of a format', { formats: `${path}&format=rss does not have the event` }],
    ['has no tag', { caching: 'a response has no ETag' }],
    [
      'ignores tags',
      {
        caching: `GET ${path} responds with 200 instead of 304: {"entries":[{"id":"evt_one","publishedAt":"2026-11-28T00:00:00.000Z","data":{"headline":"Smoke test, corrected"}}]}`,
      },
    ],
    [
      'caches nothing',
      {
        'as-of': 'a response about the past may be cached as "no-cache", which is not immutable',
        caching: 'a live response may be cached as "no-cache", instead of max-age=1',
      },
    ],
    ['misses the cache', { caching: 'the content delivery network answers none of 10 repeated requests' }],
    [
      'delivers nothing',
      {
        webhook:
          'after 1 s, /v1/webhook-endpoints/wh_one/deliveries does not show an acknowledged message about the correction',
      },
    ],
    [
      'does not delete',
      { unsubscribe: 'DELETE /v1/webhook-endpoints/wh_one responds with 500 instead of 204: It broke' },
    ],
    ['does not retract', { retract: `after 1 s, ${path} does not show an empty story` }],
  ])('says what is wrong with a system that %s, and cleans up', async (fault, changes) => {
    const { lines, calls, ...ended } = await smoke(fault);
    expect({ ...ended, lines }).toEqual({ code: 1, errors: story, lines: failed(changes) });
    expect(calls.slice(-2)).toEqual(cleaningUp);
  });

  test.each<[Fault, Partial<Record<keyof typeof well, string>>]>([
    [
      'shows nothing',
      {
        timeline: `after 1 s, ${path} does not show the event`,
        correct: `after 1 s, ${path} does not show the correction`,
        'as-of': 'the instant of the first revision is not known',
        formats: `${path}&format=json does not have the event`,
      },
    ],
    [
      'ignores corrections',
      {
        correct: `after 1 s, ${path} does not show the correction`,
        formats: `${path}&format=json does not have the event`,
      },
    ],
    [
      'hangs up',
      {
        timeline: `GET ${path} has no response (other side closed)`,
        correct: `GET ${path} has no response (other side closed)`,
        'as-of': 'the instant of the first revision is not known',
        formats: `GET ${path}&format=json has no response (other side closed)`,
        caching: `GET ${path} has no response (other side closed)`,
        retract: `GET ${path} has no response (other side closed)`,
      },
    ],
  ])('goes on, and says all that follows, with a system that %s', async (fault, changes) => {
    const { lines, calls, code } = await smoke(fault);
    expect({ code, lines }).toEqual({ code: 1, lines: failed(changes) });
    expect(calls.slice(-2)).toEqual(cleaningUp);
  });

  test.each<[Fault, string]>([
    ['refuses events', 'POST /v1/events responds with 503 instead of 201: Service Unavailable'],
    ['responds with nonsense', 'POST /v1/events does not return the event'],
  ])('tries nothing further with a system that %s', async (fault, detail) => {
    const skipped = ['replay', 'timeline', 'correct', 'as-of', 'formats', 'caching'];
    expect(await smoke(fault, [])).toEqual({
      code: 1,
      errors: story,
      lines: [
        well.health,
        well.refusal,
        line('failed', 'append', detail),
        ...skipped.map((name) => line('skipped', name, 'there is no event')),
        line('skipped', 'webhook', 'no receiver is given'),
        line('skipped', 'retract', 'there is no event'),
      ],
      calls: ['POST /v1/events'],
    });
  });

  test('cleans up and fails when Ctrl-C ends it', async () => {
    const { url, stop, calls } = await serveSmallTimeline('does not verify');
    const options = ['--url', url, '--key', 'tl_key', '--receiver', receiver, '--wait', '60'];
    const program = startProgram(process.execPath, ['commands/main.ts', 'smoke', ...options]);
    await program.said(/the timeline shows the event/);
    program.kill('SIGINT');
    const { code, output, errors } = await program.ended;
    await stop();
    const skipped = ['correct', 'as-of', 'formats', 'caching', 'webhook'];
    expect({ code, lines: output.trimEnd().split('\n'), calls: calls.slice(-2) }).toEqual({
      code: 1,
      lines: [
        ...[well.health, well.refusal, well.append, well.replay, well.timeline],
        line('failed', 'subscribe', 'it was stopped'),
        ...skipped.map((name) => line('skipped', name, 'it was stopped')),
        well.unsubscribe,
        well.retract,
      ],
      calls: cleaningUp,
    });
    expect(errors).toContain('Stopping. What was made is cleaned up; press Ctrl-C again to leave it.\n');
  });
});
