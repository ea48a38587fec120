type Point = readonly [number, number];

/** Steps of a honeycomb around a point, the nearest first. */
function honeycomb(distance: number, rings: number): Point[] {
  const steps: Point[] = [];
  for (let row = -rings; row <= rings; row++) {
    for (let column = -rings; column <= rings; column++) {
      steps.push([(column + (row % 2 === 0 ? 0 : 0.5)) * distance, row * distance * 0.87]);
    }
  }
  return steps.sort(([x, y], [otherX, otherY]) => Math.hypot(x, y) - Math.hypot(otherX, otherY));
}

const rings = 8;

/**
 * Places for marks so that none covers another: each as near to its point as those before it allow, and within the map.
 *
 * @param distance how far the middles of two marks are from each other at least
 */
export function placesFor(points: readonly Point[], distance: number, [width, height]: Point): Point[] {
  const steps = honeycomb(distance, rings);
  const taken: Point[] = [];
  const inset = distance / 2;
  for (const [x, y] of points) {
    const candidates = steps.map(([dx, dy]): Point => [x + dx, y + dy]);
    const place = candidates.find(
      ([atX, atY]) =>
        atX >= inset &&
        atX <= width - inset &&
        atY >= inset &&
        atY <= height - inset &&
        taken.every(([otherX, otherY]) => Math.hypot(otherX - atX, otherY - atY) >= distance * 0.98),
    );
    taken.push(place ?? [x, y]);
  }
  return taken;
}
