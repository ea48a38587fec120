import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fastFolder } from '../test/support/run/fast-folder.ts';

// Runs one bench after the other, and writes what they printed into one file.

const programs = ['run.ts', 'run-beside.ts', 'run-deliver.ts', 'run-cold-start.ts'];
const output = 'bench.json';
/** With `--large`, a timeline of a million entries takes more than half of it. */
const neededBytes = 4_000_000_000;
const TMPDIR = await fastFolder(neededBytes);
const lines = join(TMPDIR, `timeline-bench-${process.pid}.ndjson`);
const begun = performance.now();

for (const program of programs) {
  const bench = spawn(
    process.execPath,
    [join(import.meta.dirname, program), ...(program === 'run.ts' ? process.argv.slice(2) : [])],
    {
      stdio: 'inherit',
      env: { ...process.env, BENCH_FILE: lines, TMPDIR },
    },
  );
  const [code] = await once(bench, 'exit');
  if (code !== 0) {
    console.error(`${program} ended with ${code}.`);
    process.exitCode = 1;
  }
}
const tables = (await readFile(lines, 'utf8').catch(() => '')).split('\n').filter(Boolean);
await rm(lines, { force: true });
const result = {
  date: new Date().toISOString(),
  machine: { cpus: cpus().length, model: cpus()[0]?.model, node: process.version },
  seconds: Math.round((performance.now() - begun) / 1_000),
  tables: tables.map((line) => JSON.parse(line)),
};
await writeFile(output, `${JSON.stringify(result, null, 2)}\n`);
console.log(`\n${result.seconds} s. The tables are in ${output} too.`);
