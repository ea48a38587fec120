import { brotliCompressSync } from 'node:zlib';
import type { World } from '../test/support/world/world.ts';
import { eventOfDay } from './events.ts';
import { median } from './median.ts';
import { seedTimeline } from './seed.ts';
import { figure, printTable } from './table.ts';

const entriesOfPage = 50;
const timelineSizes = [50, 1_000, 10_000];
const warmUps = 30;

/** The requests that are compared take turns, so that what else the machine does then slows all of them. */
const rounds = 15;
const requestsOfRound = 10;

const microsecondsPerMillisecond = 1_000;
const encoded = { 'accept-encoding': 'br' };

/** The processor time of a call in this process, in milliseconds. The database is another process. */
async function processorTimeMs(call: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  await call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / microsecondsPerMillisecond;
}

/**
 * The median processor time of requests, in milliseconds, in the order of their targets.
 *
 * @param before what comes before each of them, uncounted
 */
async function medianTimesMs(world: World, targets: readonly string[], before = async () => {}): Promise<number[]> {
  const times: number[][] = targets.map(() => []);
  for (let count = 0; count < warmUps; count += 1) for (const target of targets) await world.get(target, encoded);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, target] of targets.entries()) {
      let total = 0;
      for (let count = 0; count < requestsOfRound; count += 1) {
        await before();
        total += await processorTimeMs(() => world.get(target, encoded));
      }
      times[index]?.push(total / requestsOfRound);
    }
  }
  return times.map(median);
}

/** The addresses of a story: its JSON, its page, and its page in a frame. */
const addressesOf = (story: string) => [
  `/v1/timeline?story=${story}&limit=${entriesOfPage}`,
  `/stories/${story}`,
  `/embed/stories/${story}`,
];

/** Compares the page of a story with the JSON of the same entries: processor time, and bytes as they are sent. */
async function benchUnchanged(world: World): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const size of timelineSizes) {
    const story = `bench-${size}`;
    await seedTimeline(story, size - 1);
    await world.post({ ...eventOfDay(size, story), id: `${story}-last` });
    const [jsonMs = 0, pageMs = 0, frameMs = 0] = await medianTimesMs(world, addressesOf(story));
    const { text } = await world.get(`/stories/${story}`);
    rows.push([
      `of ${size} entries`,
      figure(jsonMs),
      figure(pageMs),
      figure(pageMs / jsonMs),
      figure(frameMs),
      figure(brotliCompressSync(text).length),
    ]);
  }
  printTable(
    `Pages for readers: ${entriesOfPage} entries of a story`,
    ['', 'JSON, ms', 'page, ms', 'page / JSON', 'frame of 20, ms', 'bytes of the page, compressed'],
    rows,
  );
}

/** Compares the first reads after a change: an event of the story is corrected before each of them. */
async function benchChanged(world: World): Promise<void> {
  const size = 1_000;
  const story = 'bench-changed';
  await seedTimeline(story, size - 1);
  const { id, ...event } = eventOfDay(size, story);
  let changes = 0;
  const change = async () => {
    changes += 1;
    const data = { ...event.data, headline: `Development ${size} is reported for the ${changes}th time` };
    const { status, body } = await world.call('PUT', `/v1/events?${new URLSearchParams({ id })}`, {
      body: { event: { ...event, data }, note: 'The headline was wrong.' },
    });
    if (status >= 300) throw new Error(JSON.stringify(body));
    await world.settle(body.id);
  };
  const [jsonMs = 0, pageMs = 0, frameMs = 0] = await medianTimesMs(world, addressesOf(story), change);
  printTable(
    'Pages for readers: the first read after a change of a story',
    ['', 'JSON, ms', 'page, ms', 'page / JSON', 'frame of 20, ms'],
    [[`of ${size} entries`, figure(jsonMs), figure(pageMs), figure(pageMs / jsonMs), figure(frameMs)]],
  );
}

/**
 * The processor time of the pages of a story beside that of its JSON: of one that does not change, and of the first
 * read after a change.
 */
export async function benchReaderPages(world: World): Promise<void> {
  await benchUnchanged(world);
  await benchChanged(world);
}
