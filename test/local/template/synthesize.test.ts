import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { synthesize } from '../../../local/template/synthesize.ts';

test('a synthesis is announced on the terminal, and a copy of an earlier one is not', async () => {
  const root = await mkdtemp(join(tmpdir(), 'timeline-synthesize-'));
  const lines: string[][] = [[], []];
  for (const [index, announced] of lines.entries()) {
    const folder = join(root, String(index));
    await synthesize(folder, { log: (line) => announced.push(line) });
    expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
  }
  await rm(root, { recursive: true });
  // Only the first may find no stack of these sources in the cache.
  const [first, second] = lines;
  expect([[], ['Synthesizing the stack; this takes a few seconds …']]).toContainEqual(first);
  expect(second).toEqual([]);
});
