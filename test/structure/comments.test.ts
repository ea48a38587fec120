import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const folders = [
  'bench',
  'commands',
  'docs',
  'events',
  'examples',
  'functions',
  'infra',
  'local',
  'openapi',
  'packages',
  'test',
];
/** As wide as the formatter lets code become. It does not touch comments. */
const width = 120;

/** What `npm run client` writes is not of this project's style. */
const others = /(^|\/)(node_modules|dist)\/|^client\/src\/schemas\.ts$/;
const isOurs = (path: string) => /\.(ts|mts|mjs)$/.test(path) && !others.test(path);
const isComment = (line: string) => /^\s*(\/\/|\/\*\*?|\*)( |$)/.test(line);

test('comments are no wider than code', async () => {
  const wide: string[] = [];
  for (const folder of folders) {
    for (const path of (await readdir(join(root, folder), { recursive: true })).filter(isOurs)) {
      const lines = (await readFile(join(root, folder, path), 'utf8')).split('\n');
      for (const [index, line] of lines.entries())
        if (line.length > width && isComment(line)) wide.push(`${folder}/${path}:${index + 1}`);
    }
  }
  expect(wide).toEqual([]);
});
