import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Geometry, Position } from 'geojson';
import { JSDOM } from 'jsdom';
import { isDisputed } from '../../../functions/lib/map/disputed-borders.ts';
import { type MapMark, mapOf } from '../../../functions/lib/map/map.ts';
import { mapHeight, mapWidth, viewOf } from '../../../functions/lib/map/map-view.ts';
import { placesFor } from '../../../functions/lib/map/mark-places.ts';

const words = { title: 'Where it happened', description: 'Dashed borders are disputed.' };

const markOf = (geometry: Geometry, index = 0): MapMark => ({
  number: index + 1,
  href: `#evt_${index}`,
  name: `Event ${index}`,
  geometry,
});

const pointsAt = (...positions: Position[]) =>
  positions.map((coordinates, index) => markOf({ type: 'Point', coordinates }, index));

/** A map as a browser reads it. */
async function drawn(marks: readonly MapMark[]) {
  const map = await mapOf(marks, words);
  if (!map) throw new Error('There is no map.');
  const { document } = new JSDOM(`<body>${map.html}</body>`).window;
  const svg = document.querySelector('svg');
  if (!svg) throw new Error('The map is no SVG.');
  const links = [...svg.querySelectorAll('a')].map((link) => ({
    href: link.getAttribute('href'),
    label: link.getAttribute('aria-label'),
    number: link.querySelector('text')?.textContent,
    at: ['cx', 'cy'].map((name) => Number(link.querySelector('circle')?.getAttribute(name))) as [number, number],
  }));
  return { document, svg, links, pathOf: (name: string) => svg.querySelector(`.${name}`)?.getAttribute('d') ?? '' };
}

const lachin = [46.54, 39.64];
const kalbajar = [46.04, 40.1];

describe('A map', () => {
  test('has a link to each entry, with its number and its name', async () => {
    const { svg, links } = await drawn(pointsAt(lachin, kalbajar));
    expect(links.map(({ href, label, number }) => [href, label, number])).toEqual([
      ['#evt_0', '1. Event 0', '1'],
      ['#evt_1', '2. Event 1', '2'],
    ]);
    expect(svg.querySelector('title')?.textContent).toBe(words.title);
    expect(svg.querySelector('desc')?.textContent).toBe(words.description);
  });

  test('has north above and east to the right', async () => {
    const { links } = await drawn(pointsAt(lachin, kalbajar));
    const [[lachinX, lachinY], [kalbajarX, kalbajarY]] = links.map(({ at }) => at) as [
      [number, number],
      [number, number],
    ];
    expect(kalbajarX).toBeLessThan(lachinX);
    expect(kalbajarY).toBeLessThan(lachinY);
  });

  test('draws disputed borders apart from others', async () => {
    const { pathOf } = await drawn(pointsAt(lachin));
    expect(pathOf('border')).toMatch(/^M/);
    expect(pathOf('disputed')).toMatch(/^M/);
  });

  test('shows outlines around a place far from any border', async () => {
    const { pathOf } = await drawn(pointsAt([-150, 0]));
    expect(pathOf('land')).toMatch(/^M/);
  });

  test('of the whole world leaves room for the rest of a page of 60 KB', async () => {
    const map = await mapOf(pointsAt([-74, 40.7], [139, 35], [18, -34], [151, -33]), words);
    expect(map && gzipSync(map.html).length).toBeLessThan(25_000);
  });

  test('is of nothing without a mark', async () => {
    expect(await mapOf([], words)).toBeNull();
    expect(await mapOf([markOf({ type: 'GeometryCollection', geometries: [] })], words)).toBeNull();
  });

  test('writes names as text', async () => {
    const hostile = '</title></svg><script>alert(1)</script>" onload="x';
    const { document, links } = await drawn([{ ...markOf({ type: 'Point', coordinates: lachin }), name: hostile }]);
    expect(links[0]?.label).toBe(`1. ${hostile}`);
    expect([...document.querySelectorAll('script, [onload]')]).toEqual([]);
  });

  test('shows shapes with holes, lines and collections', async () => {
    const ring = (size: number) => [
      [46 - size, 40 - size],
      [46 + size, 40 - size],
      [46 + size, 40 + size],
      [46 - size, 40 + size],
      [46 - size, 40 - size],
    ];
    const { svg, links } = await drawn([
      markOf({
        type: 'GeometryCollection',
        geometries: [
          { type: 'Polygon', coordinates: [ring(1), ring(0.5)] },
          { type: 'LineString', coordinates: [lachin, kalbajar] },
          { type: 'MultiPoint', coordinates: [lachin] },
        ],
      }),
    ]);
    expect(links.length).toBe(1);
    expect([...svg.querySelectorAll('a .shape')].length).toBe(2);
    expect([...svg.querySelectorAll('a .spot')].length).toBe(1);
  });

  const longitude = fc.double({ min: -180, max: 180, noNaN: true });
  const latitude = fc.double({ min: -90, max: 90, noNaN: true });
  const position = fc.tuple(longitude, latitude).map((pair): Position => pair);

  test('of any places is whole: each mark is within it, and each number is one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(position, { minLength: 1, maxLength: 12 }), async (positions) => {
        const { svg, links } = await drawn(pointsAt(...positions));
        expect(links.length).toBe(positions.length);
        for (const { at } of links) {
          expect(at[0]).toBeGreaterThanOrEqual(0);
          expect(at[0]).toBeLessThanOrEqual(mapWidth);
          expect(at[1]).toBeGreaterThanOrEqual(0);
          expect(at[1]).toBeLessThanOrEqual(mapHeight);
        }
        expect(svg.outerHTML).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 30 },
    );
  });
});

describe('A view', () => {
  test.each<[string, Position[], boolean, readonly [number, number]]>([
    ['one place', [lachin], false, [46.54, 39.64]],
    [
      'places on both sides of the antimeridian',
      [
        [179, -17],
        [-179, -17],
      ],
      false,
      [180, -17],
    ],
    [
      'places all over the world',
      [
        [-70, -30],
        [100, 60],
        [20, 0],
      ],
      true,
      [15, 0],
    ],
  ])('of %s has its middle among them', (_what, positions, isWorld, [longitude, latitude]) => {
    const view = viewOf(positions);
    expect(view.isWorld).toBe(isWorld);
    expect(Math.abs(view.middle[0])).toBeCloseTo(longitude, 0);
    expect(view.middle[1]).toBeCloseTo(latitude, 0);
  });

  test('of one place shows it with 250 km around it', () => {
    const { projection } = viewOf([lachin]);
    const [x = 0, y = 0] = projection(lachin as [number, number]) ?? [];
    expect([x, y].map(Math.round)).toEqual([mapWidth / 2, mapHeight / 2]);
    const [, north = 0] = projection([lachin[0] as number, (lachin[1] as number) + 2.25]) ?? [];
    expect(Math.round(y - north)).toBe(mapHeight / 2 - 24);
  });
});

test('Marks of the same place lie beside each other', () => {
  const places = placesFor(
    Array.from({ length: 20 }, () => [200, 140] as const),
    21.5,
    [mapWidth, mapHeight],
  );
  for (const [index, [x, y]] of places.entries()) {
    for (const [otherX, otherY] of places.slice(0, index)) {
      expect(Math.hypot(x - otherX, y - otherY)).toBeGreaterThan(20);
    }
  }
});

test('A border is disputed in either order, and if a side of it is not recognized by all', () => {
  expect(isDisputed('031', '051')).toBe(true);
  expect(isDisputed('051', '031')).toBe(true);
  expect(isDisputed('250', '276')).toBe(false);
  expect(isDisputed('688', undefined)).toBe(true);
});
