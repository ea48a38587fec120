import { brotliCompressSync } from 'node:zlib';
import type { World } from '../test/support/world/world.ts';
import { seedTimeline } from './seed.ts';
import { figure, printTable } from './table.ts';

const entriesOfPage = 50;
const timelineSizes = [50, 1_000, 10_000];
const warmUps = 30;
const requests = 100;

const microsecondsPerMillisecond = 1_000;

/** The processor time of a request to this process, in milliseconds. The database is another process. */
async function processorTimeMs(world: World, target: string, headers: Record<string, string>): Promise<number> {
  for (let count = 0; count < warmUps; count += 1) await world.get(target, headers);
  const start = process.cpuUsage();
  for (let count = 0; count < requests; count += 1) await world.get(target, headers);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / microsecondsPerMillisecond / requests;
}

/** Compares the page of a story with the JSON of the same entries: processor time, and bytes as they are sent. */
export async function benchReaderPages(world: World): Promise<void> {
  const rows: (string | number)[][] = [];
  for (const size of timelineSizes) {
    const story = `bench-${size}`;
    await seedTimeline(story, size);
    const page = `/stories/${story}`;
    const json = `/v1/timeline?story=${story}&limit=${entriesOfPage}`;
    const encoded = { 'accept-encoding': 'br' };
    const [jsonMs, pageMs, frameMs] = [
      await processorTimeMs(world, json, encoded),
      await processorTimeMs(world, page, encoded),
      await processorTimeMs(world, `/embed${page}`, encoded),
    ];
    const { text } = await world.get(page);
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
