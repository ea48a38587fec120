import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { developmentWith } from '../events/samples.ts';
import type { Server } from '../support/world/served-world.ts';
import { startWorld, type World } from '../support/world/world.ts';
import { runTimeline } from './support/run-timeline.ts';
import { servePublished } from './support/serve-published.ts';

const program = join(import.meta.dirname, '..', '..', 'commands', 'timeline.mjs');
const key = 'tl_example-abc234_0123456789012345678901234567890123456789012';
const answered = globalThis.fetch;
const summary = 'They met at the bridge again. '.repeat(20);

let world: World;
let server: Server;
let folder: string;
let file: string;
let command: string[];

beforeAll(async () => {
  world = await startWorld();
  server = await servePublished(world);
  const { body } = await world.post(
    ['one', 'two', 'three'].map((id) => developmentWith({ headline: id, summary }, { id, subject: 'bridge-talks' })),
  );
  await world.settle(...body.results.map(({ id }: { id: string }) => id));
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'timeline-export-file-'));
  file = join(folder, 'out.ndjson');
  command = ['export', '--all', '--output', file, '--url', server.url, '--key', key];
});
afterEach(async () => {
  globalThis.fetch = answered;
  await rm(folder, { recursive: true });
});
afterAll(async () => {
  await server.stop();
  await world.stop();
});

const headlines = async () =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).data.headline)
    .sort();

test('An export to a disk that is full fails, and leaves no file under its name', async () => {
  // The largest file that may be written has 1 KiB: the first write writes a part, as on a full disk.
  const limited = `ulimit -f 1; exec "$0" "$@"`;
  const ended = await promisify(execFile)('bash', ['-c', limited, process.execPath, program, ...command]).then(
    () => ({ code: 0, stderr: '' }),
    (error: { code: number; stderr: string }) => error,
  );
  expect({ code: ended.code, errors: ended.stderr }).toEqual({
    code: 1,
    errors: `Cannot write ${file}: EFBIG: file too large, write\n`,
  });
  expect(await readdir(folder)).toEqual(['out.ndjson.part']);
  expect(await runTimeline(command)).toEqual({ code: 0, output: `3 events are written to ${file}.\n`, errors: '' });
  expect(await headlines()).toEqual(['one', 'three', 'two']);
  expect(await readdir(folder)).toEqual(['out.ndjson']);
});

test('An export replaces no device, pipe or folder', async () => {
  await promisify(execFile)('mkfifo', [file]);
  expect(await runTimeline(command)).toEqual({
    code: 1,
    output: '',
    errors: `Cannot write ${file}: it is no file. Name a file.\n`,
  });
  expect((await stat(file)).isFIFO()).toBe(true);
  expect(await readdir(folder)).toEqual(['out.ndjson']);
});

test('Of two exports to one file at once, the second is refused, and the first is whole', async () => {
  let second: Awaited<ReturnType<typeof runTimeline>> | undefined;
  globalThis.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const response = await answered(input, init);
    if (address.includes('/v1/timeline') && !second) {
      globalThis.fetch = answered;
      second = await runTimeline(command);
    }
    return response;
  };
  expect(await runTimeline(command)).toEqual({ code: 0, output: `3 events are written to ${file}.\n`, errors: '' });
  expect(second).toEqual({
    code: 1,
    output: '',
    errors: `Another export writes ${file}. Wait until it has ended, or name another file. If there is none, remove ${file}.lock.\n`,
  });
  expect(await headlines()).toEqual(['one', 'three', 'two']);
  expect(await readdir(folder)).toEqual(['out.ndjson']);
});

test('An export goes on where a process that was killed has left its claim on the file', async () => {
  const killed = spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 20_000)']);
  await once(killed, 'spawn');
  await writeFile(`${file}.lock`, `${killed.pid}\n`);
  expect((await runTimeline(command)).code).toBe(1);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect((await runTimeline(command)).code).toBe(0);
  await writeFile(`${file}.lock`, `${process.pid}\n`);
  expect((await runTimeline(command)).code).toBe(0);
  expect(await readdir(folder)).toEqual(['out.ndjson']);
});
