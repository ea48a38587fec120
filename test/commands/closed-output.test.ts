import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { serve } from '../support/world/served-world.ts';
import { type Fault, serveSmallTimeline } from './support/small-timeline.ts';

const program = join(import.meta.dirname, '..', '..', 'commands', 'main.ts');
/** A device that refuses every write, since it is full. */
const full = '/dev/full';

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

/** Runs `npx timeline`. Nobody reads its output after the first bytes, as with `| head -1`. */
async function runUnread(commandLine: readonly string[]) {
  const child = spawn(process.execPath, [program, ...commandLine], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  return code;
}

/** Runs `npx timeline` with standard output on a full disk. */
async function writeToFullDisk(commandLine: readonly string[]) {
  const file = openSync(full, 'w');
  const child = spawn(process.execPath, [program, ...commandLine], { stdio: ['ignore', file, 'pipe'] });
  closeSync(file);
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const [code] = await once(child, 'close');
  return { code, errors };
}

async function smokeOf(fault?: Fault) {
  const server = await serveSmallTimeline(fault);
  stop = server.stop;
  return { calls: server.calls, commandLine: ['smoke', '--url', server.url, '--key', 'tl_key', '--wait', '1'] };
}

const allWrites = [
  'POST /v1/events',
  'POST /v1/events',
  'POST /v1/events/evt_one/corrections',
  'POST /v1/events/evt_one/retraction',
];

test('A command that writes goes on to its end if nobody reads its output any more', async () => {
  const { calls, commandLine } = await smokeOf();
  expect(await runUnread(commandLine)).toBe(0);
  expect(calls).toEqual(allWrites);
});

test('A command that writes ends with the exit code of its work, whether its output is read or not', async () => {
  const { commandLine } = await smokeOf('has no tag');
  expect(await runUnread(commandLine)).toBe(1);
});

test('A command that reads ends when nobody reads its output any more', async () => {
  const server = await serve(async (_text, path) => {
    const position = Number(new URL(path, 'http://localhost').searchParams.get('after')) + 1;
    const changes = [{ position, id: 'evt_one', revision: 0, note: 'x'.repeat(1_000) }];
    return { status: 200, text: JSON.stringify({ changes, head: position + 1, next: position }) };
  });
  stop = server.stop;
  expect(await runUnread(['changes', '--follow', '--json', '--url', server.url])).toBe(0);
});

(existsSync(full) ? test : test.skip)(
  'A command whose output cannot be written does its work, says so and fails',
  async () => {
    const { calls, commandLine } = await smokeOf();
    const sentence = 'Standard output cannot be written: ENOSPC: no space left on device, write\n';
    expect(await writeToFullDisk(commandLine)).toEqual({
      code: 1,
      errors: expect.stringMatching(new RegExp(`^Trying .+\\n${sentence}$`)),
    });
    expect(calls).toEqual(allWrites);
    expect(await writeToFullDisk(['completion', 'bash'])).toEqual({ code: 1, errors: sentence });
  },
);
