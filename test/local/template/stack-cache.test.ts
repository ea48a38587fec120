import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { synthesizeOrCopy } from '../../../local/template/stack-cache.ts';

let root: string;
let made: number;
let meanwhile: () => Promise<void>;
const write = (name: string, text: string) => writeFile(join(root, name), text);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'timeline-kept-'));
  made = 0;
  meanwhile = async () => {};
  await mkdir(join(root, 'functions', 'lib'), { recursive: true });
  await mkdir(join(root, 'node_modules'));
  await write('package-lock.json', '{}');
  await write('cdk.json', '{}');
  await write('openapi.json', '{}');
  await write('timeline.config.ts', 'export default {};');
  await write('functions/lib/one.ts', 'export const one = 1;');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** What the folder holds after a synthesis that writes how often it was done. */
async function synthesized(name = 'out'): Promise<string> {
  const folder = join(root, name);
  await synthesizeOrCopy(root, [join(root, 'functions')], folder, async (fresh) => {
    made += 1;
    await mkdir(fresh, { recursive: true });
    await writeFile(join(fresh, 'manifest.json'), `made ${made}`);
    await meanwhile();
  });
  return readFile(join(folder, 'manifest.json'), 'utf8');
}

test('a stack is synthesized once for the same sources, for any folder', async () => {
  expect(await synthesized()).toBe('made 1');
  expect(await synthesized()).toBe('made 1');
  expect(await synthesized('elsewhere')).toBe('made 1');
});

test.each([
  'functions/lib/one.ts',
  'functions/another.ts',
  'functions/guide.md',
  'package-lock.json',
  'cdk.json',
  'openapi.json',
  'timeline.config.ts',
])('a stack is synthesized again when %s has changed, and copied again when the change is undone', async (name) => {
  const before = await readFile(join(root, name), 'utf8').catch(() => null);
  expect(await synthesized()).toBe('made 1');
  await write(name, 'changed');
  expect(await synthesized()).toBe('made 2');
  await (before === null ? rm(join(root, name)) : write(name, before));
  expect(await synthesized()).toBe('made 1');
});

test('only their owner can look into the folders of a stack, synthesized or copied, whatever the mask of the process', async () => {
  meanwhile = async () => {
    await mkdir(join(root, `out.unfinished-${process.pid}`, 'asset', 'lib'), { recursive: true });
  };
  const before = process.umask(0);
  try {
    for (let copies = 0; copies < 2; copies++) {
      await synthesized();
      const modes = ['out', 'out/asset', 'out/asset/lib'].map(
        async (name) => (await stat(join(root, name))).mode & 0o777,
      );
      expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o700]);
    }
    expect(made).toBe(1);
  } finally {
    process.umask(before);
  }
});

test('the folder is emptied first, and only the latest few stacks are cached', async () => {
  await mkdir(join(root, 'out'));
  await write('out/left-over', '');
  for (let version = 1; version <= 5; version++) {
    await write('cdk.json', `${version}`);
    expect(await synthesized()).toBe(`made ${version}`);
  }
  expect(await readdir(join(root, 'out'))).toEqual(['manifest.json']);
  expect(await readdir(join(root, 'node_modules/.cache/timeline-stacks'))).toHaveLength(3);
});

test('a synthesis that fails is not cached', async () => {
  const failing = synthesizeOrCopy(root, [join(root, 'functions')], join(root, 'out'), async () => {
    throw new Error('It does not compile.');
  });
  await expect(failing).rejects.toThrow('It does not compile.');
  expect(await synthesized()).toBe('made 1');
});

test('a stack whose sources change while it is synthesized is not cached', async () => {
  meanwhile = () => write('cdk.json', 'changed');
  expect(await synthesized()).toBe('made 1');
  await write('cdk.json', '{}');
  expect(await synthesized()).toBe('made 2');
});

test('a synthesis that outlives its killed process does not disturb the next one', async () => {
  const orphaned = join(root, 'out.unfinished-1');
  meanwhile = async () => {
    await mkdir(orphaned, { recursive: true });
    await write('out.unfinished-1/manifest.json', 'of an orphan');
  };
  await meanwhile();
  expect(await synthesized()).toBe('made 1');
  expect(await synthesized()).toBe('made 1');
  expect((await readdir(root)).filter((name) => name.startsWith('out'))).toEqual(['out']);
});
