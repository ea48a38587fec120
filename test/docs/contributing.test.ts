import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { EventType } from '../../events/catalogue/event-type.ts';
import { developmentWith } from '../events/samples.ts';

const catalogue = new URL('../../events/catalogue/', import.meta.url);

test('the example of an event type is one, as it stands in CONTRIBUTING.md', async () => {
  const guide = await readFile(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8');
  const [, indented = ''] = /### Add an event type[\s\S]*?```ts\n([\s\S]*?) *```/.exec(guide) ?? [];
  const example = indented.replaceAll(/from '\.\/(.*)'/g, (_, path) => `from '${new URL(path, catalogue).href}'`);
  const folder = await mkdtemp(join(tmpdir(), 'event-type-'));
  try {
    await writeFile(join(folder, 'road-opened.ts'), example);
    const { roadOpened }: { roadOpened: EventType } = await import(join(folder, 'road-opened.ts'));
    const data = { ...developmentWith().data, road: 'Victory Road', at: { name: 'Shusha' } };
    expect(roadOpened.schema.safeParse(data)).toMatchObject({ success: true, data: { road: 'Victory Road' } });
    expect(roadOpened.schema.safeParse({ ...data, road: '' }).error?.issues.map(({ path }) => path)).toEqual([
      ['road'],
    ]);
    expect([roadOpened.actors, roadOpened.places]).toEqual([['builders'], ['at']]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
