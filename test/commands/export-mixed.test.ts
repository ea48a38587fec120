import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import type { Server } from '../support/world/served-world.ts';
import { emptyTable } from '../support/world/tables.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';
import { servePublished } from './support/serve-published.ts';

let world: World;
let server: Server;
let folder: string;
const answered = globalThis.fetch;

beforeAll(async () => {
  world = await startWorld();
  server = await servePublished(world);
  folder = await mkdtemp(join(tmpdir(), 'timeline-exports-'));
});
afterAll(async () => {
  globalThis.fetch = answered;
  await server.stop();
  await world.stop();
  await rm(folder, { recursive: true });
});

const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';
const hundred = Array.from({ length: 100 }, (_, index) => index);

/** Posts 600 events of a story: more than a page of an export. */
async function postStory(subject: string): Promise<void> {
  for (let batch = 0; batch < 6; batch += 1) {
    // Their pace is not what is tested.
    await emptyTable('Access');
    const { body } = await world.post(
      hundred.map((place) => developmentWith({ headline: subject }, { id: `${subject}-${batch}-${place}`, subject })),
    );
    await world.settle(...body.results.map(({ id }: { id: string }) => id));
  }
}

/** Answers one page of a timeline, and then none. @param onPage called when that page is requested */
function answerOnePage(onPage: () => Promise<void> = async () => {}): void {
  let pages = 0;
  globalThis.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    if (address.includes('/v1/timeline')) {
      pages += 1;
      if (pages > 1) throw new TypeError('fetch failed');
      await onPage();
    }
    return answered(input, init);
  };
}

test('An export is whole, whatever an export of another story to the same file has left', async () => {
  await postStory('a-talks');
  await postStory('b-talks');
  const file = join(folder, 'out.ndjson');
  const state = `${file}.part.json`;
  const exported = (story: string) =>
    runTimeline(['export', '--story', story, '--output', file, '--url', server.url, '--key', key]);
  answerOnePage();
  expect((await exported('a-talks')).code).toBe(1);
  // The second one is killed after it has written a page, and before its progress: the progress is what there was
  // before.
  let left: string | undefined;
  answerOnePage(async () => {
    left = existsSync(state) ? await readFile(state, 'utf8') : undefined;
  });
  expect((await exported('b-talks')).code).toBe(1);
  await rm(state, { force: true });
  if (left !== undefined) await writeFile(state, left);
  globalThis.fetch = answered;
  expect((await exported('a-talks')).output).toBe(`600 events are written to ${file}.\n`);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).subject)).toEqual(lines.map(() => 'a-talks'));
  expect(new Set(lines).size).toBe(600);
});
