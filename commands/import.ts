import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { readDevelopmentKey } from './development-key.ts';
import { ImportStopped } from './event-poster.ts';
import { type Imported, importEvents } from './import-file.ts';

const usage = 'npm run import -- FILE.ndjson [--url http://127.0.0.1:3000] [--key tl_…] [--data .timeline]';

/** Everything was stored; some lines were not; nothing could be done. */
const exitCodes = { done: 0, refused: 1, failed: 2 };

function fail(message: string): never {
  console.error(message);
  process.exit(exitCodes.failed);
}

function explain(): never {
  console.log(usage);
  process.exit(exitCodes.done);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:3000' },
        key: { type: 'string' },
        data: { type: 'string', default: '.timeline' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) explain();
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) fail(`Name one file. Usage: ${usage}`);
    if (!/^https?:$/.test(URL.parse(values.url)?.protocol ?? '')) {
      fail(`--url is an address such as http://127.0.0.1:3000, not "${values.url}". Usage: ${usage}`);
    }
    return { ...values, file };
  } catch (error) {
    return fail(`${(error as Error).message} Usage: ${usage}`);
  }
}

function summarize({ created, replayed, refused }: Imported): void {
  console.log(`${created} created, ${replayed} replayed, ${refused.length} refused`);
  for (const { line, reason } of refused) console.log(`line ${line}: ${reason}`);
}

const { file, url, key, data } = readArguments();
const content = await readFile(file).catch(() => fail(`Cannot read ${file}. Usage: ${usage}`));
const usedKey =
  key ?? process.env.TIMELINE_KEY ?? (await readDevelopmentKey(data)) ?? fail(`Give a key with --key. Usage: ${usage}`);
const bar = new SingleBar(
  { format: '{bar} {value}/{total} events', hideCursor: true, noTTYOutput: false },
  Presets.shades_classic,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    // It has hidden the cursor.
    bar.stop();
    fail('Interrupted. What was stored stays; run it again.');
  });
}
try {
  const imported = await importEvents(content, { url, key: usedKey }, (done, total) => {
    if (bar.isActive) bar.update(done);
    else bar.start(total, done);
  });
  bar.stop();
  summarize(imported);
  process.exitCode = imported.refused.length > 0 ? exitCodes.refused : exitCodes.done;
} catch (error) {
  bar.stop();
  if (!(error instanceof ImportStopped)) throw error;
  fail(error.message);
}
