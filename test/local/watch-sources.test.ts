import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { LocalSystemError } from '../../local/local-system-error.ts';
import type { Watcher } from '../../local/watch-sources.ts';
import { watchSources } from '../../local/watch-sources.ts';
import { eventually } from './support/record.ts';

let root: string;
let watcher: Watcher;
let synthesized: string[];
let running: string[];
let lines: string[];
let failure: Error | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'timeline-watch-'));
  await mkdir(join(root, 'functions', 'lib'), { recursive: true });
  synthesized = [];
  running = [];
  lines = [];
  failure = undefined;
  watcher = watchSources({
    sourceFolders: [join(root, 'functions')],
    buildFolder: join(root, 'cdk.out'),
    async synthesize(folder) {
      synthesized.push(folder);
      await mkdir(folder);
      if (failure) throw failure;
    },
    async change(folder) {
      running.push(folder);
    },
    log: (line) => lines.push(line),
  });
});

afterEach(async () => {
  await watcher.stop();
  await rm(root, { recursive: true });
});

const change = (name: string) => writeFile(join(root, 'functions', name), String(Math.random()));
const untilLogged = (count: number) =>
  eventually(
    () => lines.length,
    (length) => length >= count,
  );

describe('a watched source', () => {
  test('is synthesized again, once, when several of its files change at once, and then runs', async () => {
    await Promise.all([change('a.ts'), change('b.ts'), change('lib/c.ts')]);
    await untilLogged(1);
    expect({ synthesized, running, lines }).toEqual({
      synthesized: [join(root, 'cdk.out.1')],
      running: [join(root, 'cdk.out.1')],
      lines: [expect.stringMatching(/^Reloaded after \d+\.\d s\.$/)],
    });
  });

  test('that does not compile changes nothing until it is fixed, and the terminal says why', async () => {
    failure = new LocalSystemError('The stack cannot be synthesized: a bracket is missing');
    await change('a.ts');
    await untilLogged(1);
    expect(running).toEqual([]);
    expect(lines).toEqual([
      'Not reloaded; the system still runs the code from before. The stack cannot be synthesized: a bracket is missing',
    ]);
    failure = undefined;
    await change('a.ts');
    await untilLogged(2);
    expect(running).toEqual([join(root, 'cdk.out.2')]);
  });

  test('leaves only the first folder at the end', async () => {
    await change('a.ts');
    await untilLogged(1);
    await change('a.ts');
    await untilLogged(2);
    expect(running.map((folder) => existsSync(folder))).toEqual([false, true]);
    await watcher.stop();
    expect(running.map((folder) => existsSync(folder))).toEqual([false, false]);
  });
});
