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

  test.each([
    [
      'begins on the west of it',
      [
        [170, 0],
        [-180, 0],
        [-180, 10],
        [170, 10],
        [170, 0],
      ],
      [170, 180],
    ],
    [
      'begins at -180',
      [
        [-180, 0],
        [-180, 10],
        [170, 10],
        [170, 0],
        [-180, 0],
      ],
      [170, 180],
    ],
    [
      'begins at 180, and lies on the east of it',
      [
        [180, 0],
        [-170, 0],
        [-170, 10],
        [180, 10],
        [180, 0],
      ],
      [-180, -170],
    ],
    [
      'begins on the east of it',
      [
        [-170, 10],
        [180, 10],
        [180, 0],
        [-170, 0],
        [-170, 10],
      ],
      [-180, -170],
    ],
  ])('that ends at the antimeridian and %s is one polygon on one side of it', (_, ring, [west, east]) => {
    expect(cutPolygon([ring]).map((polygon) => polygon.map(boundsOf))).toEqual([[[west, east, 0, 10, true]]]);
    expect(cutPolygon([ring.toReversed()]).map((polygon) => polygon.map(boundsOf))).toEqual([
      [[west, east, 0, 10, true]],
    ]);
  });

  test('keeps its heights where it is cut', () => {
    const ring = around(170, -170, -10, 10).map((position) => [...position, 100]);
    const heights = cutPolygon([ring])
      .flat(2)
      .map(([, , height]) => height);
    expect([...new Set(heights)]).toEqual([100]);
  });

  test('without an area stays as it is', () => {
    const ring = [
      [170, 0],
      [-170, 0],
      [170, 0],
      [170, 0],
    ];
    expect(cutPolygon([ring])).toEqual([[ring]]);
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

test.each([
  [
    'from',
    [
      [180, 0],
      [-170, 0],
    ],
    [
      [
        [-180, 0],
        [-170, 0],
      ],
    ],
  ],
  [
    'to',
    [
      [170, 0],
      [-180, 0],
    ],
    [
      [
        [170, 0],
        [180, 0],
      ],
    ],
  ],
  [
    'at 180 across',
    [
      [170, 0],
      [180, 0],
      [-170, 0],
    ],
    [
      [
        [170, 0],
        [180, 0],
      ],
      [
        [-180, 0],
        [-170, 0],
      ],
    ],
  ],
  [
    'at -180 across',
    [
      [170, 0],
      [-180, 0],
      [-170, 0],
    ],
    [
      [
        [170, 0],
        [180, 0],
      ],
      [
        [-180, 0],
        [-170, 0],
      ],
    ],
  ],
])('A line %s the antimeridian has no part without a length', (_, line, parts) => {
  expect(cutLine(line)).toEqual(parts);
});

test('A line has the height that it has where it is cut', () => {
  expect(
    cutLine([
      [170, 0, 100],
      [-170, 10, 300],
    ]),
  ).toEqual([
    [
      [170, 0, 100],
      [180, 5, 200],
    ],
    [
      [-180, 5, 200],
      [-170, 10, 300],
    ],
  ]);
});
