import { setTimeout as pause } from 'node:timers/promises';
import { clientOf } from '../test/journeys/support/client.ts';
import { endPrograms, startSystem, startTimeline } from '../test/journeys/support/program.ts';
import { temporaryFolder } from '../test/journeys/support/temporary-folder.ts';
import { type Receiver, reactions, startReceiver } from '../test/support/receivers/receiver.ts';
import { printTable } from './table.ts';

const crowd = 60;
const answerMs = 2_500;
const rounds = 5;
const betweenRoundsMs = 5_000;
const pollMs = 50;

const eventOf = (id: string) => ({
  specversion: '1.0',
  id,
  type: 'development.reported',
  subject: 'fairness',
  data: {
    when: { edtf: '2020-11-10' },
    headline: id,
    status: 'confirmed',
    sources: [{ url: 'https://example.org/', publisher: 'Example' }],
  },
});

async function until(isDone: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isDone())) await pause(pollMs);
}

/** How long a receiver waits for each of some events, in milliseconds. */
async function latencies(receiver: Receiver, post: (id: string) => Promise<unknown>, name: string): Promise<number[]> {
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const id = `${name}-${round}`;
    const begun = performance.now();
    await post(id);
    await until(() => receiver.received.some(({ body }) => body?.data?.data?.headline === id));
    found.push(Math.round(performance.now() - begun));
    await pause(betweenRoundsMs);
  }
  return found;
}

/**
 * Measures how long the only endpoint of a newsroom waits for a message, on a local system: alone, and beside the many
 * slow endpoints of another newsroom that receive the same events.
 */
export async function benchFairness(): Promise<void> {
  const folder = await temporaryFolder();
  const receiver = await startReceiver();
  const slow = await startReceiver();
  try {
    const system = startSystem(['--port', '0', '--data', folder.path, '--no-story']);
    const [, url = '', key = ''] = await system.said(
      /^Timeline +(http:\S+?)\/v1\/timeline\S*\nDevelopment key +(tl_\S+)\n/m,
    );
    await system.said(/Ready\./);
    const grant = ['key', 'create', '--newsroom', 'crowd', '--scopes', 'webhooks:manage', '--data', folder.path];
    const { output } = await startTimeline(grant).ended;
    const [crowdKey = ''] = /tl_\S+/.exec(output) ?? [];
    const [own, theirs] = [clientOf(url, key), clientOf(url, crowdKey)];
    const register = (client: typeof own, to: string) =>
      client.send('POST', '/v1/webhook-endpoints', { url: to, filter: {}, contact: 'desk@example.org' });
    const areActive = async (client: typeof own) => {
      const { body } = await client.send('GET', '/v1/webhook-endpoints?limit=100', undefined);
      return body.endpoints.every(({ status }: { status: string }) => status === 'active');
    };
    const post = (id: string) => own.send('POST', '/v1/events', eventOf(id));
    await register(own, receiver.url);
    await until(() => areActive(own));
    const alone = await latencies(receiver, post, 'alone');
    for (let index = 0; index < crowd; index++) await register(theirs, `${slow.url}/${index}`);
    await until(() => areActive(theirs));
    slow.otherwise(reactions.answersAfter(answerMs));
    const beside = await latencies(receiver, post, 'beside');
    printTable(
      `How long the endpoint of a newsroom waits (ms; ${rounds} events, one after another)`,
      ['', ...Array.from({ length: rounds }, (_, round) => String(round + 1))],
      [
        ['alone', ...alone],
        [`beside ${crowd} endpoints of another newsroom that answer in ${answerMs} ms`, ...beside],
      ],
    );
  } finally {
    endPrograms();
    await Promise.all([receiver.stop(), slow.stop()]);
    await folder.remove();
  }
}
