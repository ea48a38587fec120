import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { withSourcePositions } from '../../../functions/lib/runtime/source-positions.ts';
import { bundle } from '../../../infra/functions/bundle.ts';

test('a stack trace of a bundle names files and lines of the sources, and is left as it is without a map', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'timeline-sources-'));
  const failing =
    "export const unused = 1;\n\nexport function handler(): string {\n  return new Error('So.').stack ?? '';\n}\n";
  await writeFile(join(folder, 'failing.ts'), failing);
  await bundle({ failing: join(folder, 'failing.ts') }, join(folder, 'bundles'));
  const index = join(folder, 'bundles/failing/index.mjs');
  // The engine of the tests loads modules by itself, and names them by their path.
  const stack = `Error: So.\n    at handler (${pathToFileURL(index).href}:1:${(await import('node:fs')).readFileSync(index, 'utf8').indexOf('new Error') + 1})`;
  expect(withSourcePositions(stack)).toMatch(/^Error: So\.\n {4}at handler \(\S*failing\.ts:4:\d+\)$/);
  const unmapped = 'Error: So.\n    at handler (file:///var/task/none.mjs:1:2)';
  expect(withSourcePositions(unmapped)).toBe(unmapped);
  await rm(folder, { recursive: true });
});
