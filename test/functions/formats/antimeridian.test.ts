import { describe, expect, test } from '@jest/globals';
import { cutLine, cutPolygon } from '../../../functions/lib/formats/antimeridian.ts';

const around = (west: number, east: number, south: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

/** The bounds of each ring, and whether it runs counterclockwise. */
const boundsOf = (ring: number[][]) => {
  const [longitudes, latitudes] = [0, 1].map((axis) => ring.map((position) => position[axis] as number)) as [
    number[],
    number[],
  ];
  const area = ring.reduce((sum, [x = 0, y = 0], index) => {
    const [nextX = x, nextY = y] = ring[index + 1] ?? [];
    return sum + x * nextY - nextX * y;
  }, 0);
  return [Math.min(...longitudes), Math.max(...longitudes), Math.min(...latitudes), Math.max(...latitudes), area > 0];
};

describe('A polygon', () => {
  test.each([
    ['counterclockwise', around(170, -170, -10, 10)],
    ['clockwise', around(170, -170, -10, 10).toReversed()],
    [
      'from the other side',
      around(170, -170, -10, 10)
        .slice(1)
        .concat([[-170, -10]]),
    ],
  ])('that crosses the antimeridian %s is cut into two', (_, ring) => {
    const parts = cutPolygon([ring]).map((polygon) => polygon.map(boundsOf));
    expect(parts.toSorted((one, other) => Number(one[0]?.[0]) - Number(other[0]?.[0]))).toEqual([
      [[-180, -170, -10, 10, true]],
      [[170, 180, -10, 10, true]],
    ]);
  });

  test('is cut with its holes, which run clockwise', () => {
    const parts = cutPolygon([around(170, -170, -10, 10), around(-178, -176, -1, 1), around(179, -179, -3, -2)]);
    expect(parts.map((polygon) => polygon.map(boundsOf)).toSorted()).toEqual([
      [
        [-180, -170, -10, 10, true],
        [-178, -176, -1, 1, false],
        [-180, -179, -3, -2, false],
      ],
      [
        [170, 180, -10, 10, true],
        [179, 180, -3, -2, false],
      ],
    ]);
  });

  test('that does not cross is one, with its outer ring counterclockwise', () => {
    expect(cutPolygon([around(-10, 10, -5, 5).toReversed()])).toEqual([[around(-10, 10, -5, 5)]]);
    expect(cutPolygon([around(-180, 180, -90, 90)])).toEqual([[around(-180, 180, -90, 90)]]);
    expect(cutPolygon([around(170, 180, -5, 5)])).toEqual([[around(170, 180, -5, 5)]]);
  });

  test('around a pole stays as it is', () => {
    const ring = [0, 90, 180, -90, 0].map((longitude) => [longitude, 70]);
    expect(cutPolygon([ring])).toEqual([[ring]]);
  });
});

test('A line that crosses the antimeridian is cut there', () => {
  expect(
    cutLine([
      [170, 0],
      [-170, 10],
      [-160, 10],
    ]),
  ).toEqual([
    [
      [170, 0],
      [180, 5],
    ],
    [
      [-180, 5],
      [-170, 10],
      [-160, 10],
    ],
  ]);
});
