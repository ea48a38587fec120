import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import { serve } from '../support/world/served-world.ts';
import { emptyTable, itemsOf } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';

const program = join(import.meta.dirname, '..', '..', 'commands', 'main.ts');
const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';
/** Two batches. Twice as many are within the pace of a newsroom. */
const ids = Array.from({ length: 140 }, (_, index) => `event-${index}`);
const events = ids.map((id) => developmentWith({}, { id }));

let world: World;
let folder: string;

beforeAll(async () => {
  world = await startWorld();
  folder = await mkdtemp(join(tmpdir(), 'timeline-import-killed-'));
  await writeFile(join(folder, 'events.ndjson'), events.map((event) => JSON.stringify(event)).join('\n'));
});
beforeEach(() => Promise.all((['EventLog', 'Timelines', 'Access'] as const).map(emptyTable)));
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true });
});

/** The ids of events in the order of the record, as their newsroom gave them. */
async function recorded(): Promise<string[]> {
  const contents = new Map((await itemsOf('EventLog', 'E#')).map(({ pk, event }) => [pk, event as string]));
  const feed = await itemsOf('EventLog', 'F');
  return feed.map(({ eventId }) => JSON.parse(contents.get(`E#${eventId}`) ?? '{}').id);
}

test.each<[number, 'before' | 'after']>([
  [1, 'before'],
  [1, 'after'],
  [2, 'before'],
])(
  'An import that is killed at request %i, %s it is carried out, is completed by another one, in the order of the file',
  async (at, when) => {
    let child: ChildProcess | undefined;
    let requests = 0;
    const kill = async (moment: typeof when) => {
      if (!child || requests !== at || moment !== when) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    };
    const taken: Promise<unknown>[] = [];
    const server = await serve(async (text, path, { follows }, method = 'POST') => {
      requests += 1;
      await kill('before');
      const headers = {
        'content-type': 'application/cloudevents-batch+json',
        ...(typeof follows === 'string' && { follows }),
      };
      const answer = world.call(method, path, { headers, body: text });
      taken.push(answer);
      // A server goes on with a request whose client is gone.
      const result = await answer;
      await kill('after');
      return result;
    });
    const file = join(folder, 'events.ndjson');
    const command = ['import', file, '--url', server.url, '--key', key, '--data', folder];
    child = spawn(process.execPath, [program, ...command], { stdio: 'ignore' });
    const [, signal] = await once(child, 'exit');
    child = undefined;
    expect(signal).toBe('SIGKILL');
    const stored = Math.min(events.length, 100 * at);
    const [again] = await Promise.all([runTimeline(command), ...taken]);
    expect(again).toMatchObject({ code: 0 });
    if (when === 'after') {
      expect(again.output).toBe(`${events.length - stored} created, ${stored} replayed, 0 refused\n`);
    }
    // The last one comes first.
    const revisions = (await itemsOf('EventLog', 'E#')).map(({ pk }) => String(pk).slice('E#'.length));
    await world.sequence(...revisions.toReversed());
    expect(await recorded()).toEqual(ids);
    await server.stop();
  },
);
