import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, jest, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { importEvents } from '../../commands/import/import-events.ts';
import { leaseMs } from '../../events/webhooks/delivery-timing.ts';
import { startReceiver } from '../support/receivers/receiver.ts';
import { alteredStack, type Resources } from '../support/stack/altered-stack.ts';
import { synthesizedStack } from '../support/stack/synthesized-stack.ts';
import { type Answer, clientOf } from './support/client.ts';
import { eventually } from './support/eventually.ts';
import { endPrograms, type Program, startProgram, startTimeline } from './support/program.ts';
import { isListening, processesOn } from './support/running.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const journeyLimitMs = 300_000;
const events = 1_500;
const longestLifeMs = 1_500;
const kills = 2;
const story = 'restarted';
/** One in so many is for a subscriber. */
const tellEvery = 10;

interface Running {
  readonly program: Program;
  readonly url: string;
  readonly endpoint: string;
  readonly key: string;
}

/** The sweep comes by, and a hundred messages are sent. */
const messagePatienceMs = 110_000;

/** Sets a clock past the end of every lease that a killed worker may have. */
const clockAhead = new URL(`./support/clock-ahead.mjs?ms=${leaseMs + 10_000}`, import.meta.url).href;

const [folder, altered] = await Promise.all([temporaryFolder(), temporaryFolder()]);
const receiver = await startReceiver();

afterAll(async () => {
  endPrograms();
  await receiver.stop();
  await Promise.all([folder.remove(), altered.remove()]);
});

function setClocksAhead(resources: Resources): void {
  for (const { Type, Properties } of Object.values(resources))
    if (Type === 'AWS::Lambda::Function') Properties.Environment.Variables.NODE_OPTIONS = `--import ${clockAhead}`;
}

/** @param stack the folder of the synthesized stack */
async function start(port: string, stack: string, nodeOptions: readonly string[] = []): Promise<Running> {
  const place = ['--port', port, '--data', folder.path, '--stack', stack];
  const program = join(import.meta.dirname, 'support', 'run-system.ts');
  const running = startProgram(process.execPath, [...nodeOptions, program, ...place]);
  const [said] = await running.said(/^\{.*\}\n/m);
  return { program: running, ...JSON.parse(said) };
}

/** Days of three years, so that no two events of a story fall on one. */
function eventOf(index: number) {
  const day = new Date(Date.UTC(2001, 0, 1 + index)).toISOString().slice(0, 10);
  return {
    type: 'development.reported',
    id: `development-${index}`,
    subject: story,
    data: {
      when: { edtf: day },
      headline: `What happened on ${day}`,
      status: index % tellEvery === 0 ? 'reported' : 'confirmed',
      sources: [{ url: `https://example.org/${index}`, publisher: 'AFP' }],
    },
  };
}

/** Ids of all events that were answered for, so far. */
function watchAcknowledgements(): Set<string> {
  const acknowledged = new Set<string>();
  const { fetch } = globalThis;
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (...call) => {
    const response = await fetch(...call);
    if (response.ok) {
      const { results = [] } = (await response.clone().json()) as { results?: { id: string }[] };
      for (const { id } of results) acknowledged.add(id);
    }
    return response;
  });
  return acknowledged;
}

/** `kill -9`; the system itself has no chance to end anything. */
async function killOutright({ program, url, endpoint }: Running): Promise<void> {
  program.kill('SIGKILL');
  expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
  expect(
    await eventually(
      () => processesOn(folder.path),
      (left) => left.length === 0,
    ),
  ).toEqual([]);
  expect([await isListening(url), await isListening(endpoint)]).toEqual([false, false]);
}

test(
  'kill -9 in the middle of an import, again and again, loses nothing and doubles nothing',
  async () => {
    const all = Array.from({ length: events }, (_, index) => eventOf(index));
    const file = all.map((event) => JSON.stringify(event)).join('\n');
    const acknowledged = watchAcknowledgements();
    const stack = await synthesizedStack();
    await alteredStack(altered.path, stack, setClocksAhead);
    let system = await start('0', stack);
    const { url, key } = system;
    const port = new URL(url).port;
    const { body: subscribed } = await clientOf(url, key).send('POST', '/v1/webhook-endpoints', {
      url: receiver.url,
      filter: { stories: [story], statuses: ['reported'] },
      contact: 'desk@example.org',
    });
    const connection = ['--url', url, '--key', key, '--json'];
    const following = startTimeline(['changes', '--follow', ...connection]);
    // To begin to follow while nothing responds is an error.
    await importEvents(JSON.stringify(all[0]), { url, key });
    await following.said(/^\{"position":1,/m);
    const progress: number[] = [];
    const importing = importEvents(file, { url, key }, (done) => progress.push(done));

    for (let kill = 1; kill <= kills; kill++) {
      const before = acknowledged.size;
      await eventually(
        () => acknowledged.size,
        (size) => size > before,
      );
      await delay(Math.random() * longestLifeMs);
      await killOutright(system);
      // Nobody waits for half a minute until the lease of a killed worker has ended: the last system is that much
      // later.
      system = await (kill < kills ? start(port, stack) : start(port, altered.path, ['--import', clockAhead]));
    }
    const imported = await importing;
    expect({ ...imported, created: imported.created + imported.replayed, replayed: 0 }).toEqual({
      created: events,
      replayed: 0,
      refused: [],
    });
    const again = await importEvents(file, { url, key });
    expect(again).toEqual({ created: 0, replayed: events, refused: [] });

    const client = clientOf(url);
    await eventually(
      () => client.get(`/v1/stories/${story}`),
      ({ body }) => body.entries === events,
    );
    const changes = await client.changes();
    expect(changes.map(({ position }) => position)).toEqual(all.map((_, index) => index + 1));
    expect(new Set(changes.map(({ id }) => id))).toEqual(acknowledged);
    const publishedAt = changes.map((change) => change.publishedAt);
    expect(publishedAt).toEqual([...new Set(publishedAt)].sort());

    await following.said(new RegExp(`^\\{"position":${events},`, 'm'));
    following.kill('SIGINT');
    const { output: followed, ...ended } = await following.ended;
    expect(ended).toEqual({ code: 0, signal: null, errors: `Position ${events}. Go on with --after ${events}.\n` });
    expect(
      followed
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(changes);

    const told = ({ when, data }: Answer['body']) => ({ ...data, when: { edtf: when.edtf } });
    const entries = await client.entries(`story=${story}`);
    expect(entries.map(told)).toEqual(all.map(({ data }) => data));
    expect(new Set(entries.map(({ id }) => id))).toEqual(acknowledged);

    // What a worker had begun when it was killed is sent again, by whoever comes when its lease has ended.
    const meant = changes.filter(({ entry }) => entry.data.status === 'reported');
    const messages = await eventually(
      () =>
        Map.groupBy(
          receiver.received.filter(({ body }) => body.position),
          ({ headers }) => headers['webhook-id'],
        ),
      ({ size }) => size === meant.length,
      messagePatienceMs,
    );
    expect([...messages.keys()]).toEqual(meant.map(({ id, revision }) => `${id}_${revision}`));
    const bodies = [...messages.values()].map((attempts) => {
      expect(new Set(attempts.map(({ text }) => text)).size).toBe(1);
      new Webhook(subscribed.secret).verify(attempts[0]?.text ?? '', attempts[0]?.headers as Record<string, string>);
      return attempts[0]?.body;
    });
    expect(bodies.map(({ data: { certainty: _, ...entry } }) => entry)).toEqual(meant.map(({ entry }) => entry));
    expect(bodies.map(({ previousposition }) => previousposition)).toEqual([
      undefined,
      ...meant.slice(0, -1).map(({ position }) => position),
    ]);
    system.program.kill('SIGKILL');
  },
  journeyLimitMs,
);
