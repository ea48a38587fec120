import { expect, test } from '@jest/globals';
import { element } from '../../../../functions/lib/html/element.ts';
import type { MapMark } from '../../../../functions/lib/map/map.ts';
import { rememberedMap } from '../../../../functions/lib/pages/story/remembered-maps.ts';

const words = { title: 'Map', description: 'Where it happened' };

const markAt = (name: string, longitude: number): MapMark => ({
  number: 1,
  href: '#evt_a',
  name,
  geometry: { type: 'Point', coordinates: [longitude, 40] },
});

/** Draws a map of so many bytes, and notes the name that is on it. */
const drawing = (bytes: number, drawn: string[]) => async (marks: readonly MapMark[]) => {
  drawn.push(marks[0]?.name ?? '');
  return element('svg', {}, 'x'.repeat(bytes));
};

test('a map is drawn once, and anew when anything on it has changed', async () => {
  const drawn: string[] = [];
  const draw = drawing(10, drawn);
  const first = await rememberedMap([markAt('Lachin', 46)], words, draw);
  expect(await rememberedMap([markAt('Lachin', 46)], words, draw)).toBe(first);
  await rememberedMap([markAt('Lachin', 46.5)], words, draw);
  await rememberedMap([markAt('Lachin', 46)], { ...words, title: 'Carte' }, draw);
  expect(drawn).toEqual(['Lachin', 'Lachin', 'Lachin']);
});

test('of large maps, only the last are remembered: two megabytes in all', async () => {
  const drawn: string[] = [];
  const draw = drawing(600_000, drawn);
  for (const name of ['A', 'B', 'C', 'D', 'D', 'C', 'B', 'A']) await rememberedMap([markAt(name, 46)], words, draw);
  expect(drawn).toEqual(['A', 'B', 'C', 'D', 'A']);
});

test('of small maps, the last fifty are remembered', async () => {
  const drawn: string[] = [];
  const draw = drawing(10, drawn);
  const names = Array.from({ length: 51 }, (_, index) => `Place ${index}`);
  for (const name of [...names, 'Place 1', 'Place 0']) await rememberedMap([markAt(name, 46)], words, draw);
  expect(drawn).toEqual([...names, 'Place 0']);
});

test('a map that could not be drawn is tried again', async () => {
  const marks = [markAt('Nowhere', 46)];
  const fail = async () => {
    throw new Error('No outlines');
  };
  await expect(rememberedMap(marks, words, fail)).rejects.toThrow('No outlines');
  expect(await rememberedMap(marks, words, async () => null)).toBeNull();
});
