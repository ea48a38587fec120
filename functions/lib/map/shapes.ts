import { geoArea } from 'd3-geo';
import type { Geometry, Position } from 'geojson';

const halfTurn = 180;
const fullTurn = 360;
/** Lines of GeoJSON are straight in degrees, those of a globe are not: longer ones are drawn in steps. */
const longestStepDegrees = 2;

/** How far a line goes east: the shorter way, unless it goes all around the globe. */
function eastward(from: number, to: number): number {
  const step = to - from;
  return Math.abs(step) > halfTurn && Math.abs(step) < fullTurn ? step - Math.sign(step) * fullTurn : step;
}

function inSteps(line: readonly Position[]): Position[] {
  return line.flatMap((position, index) => {
    const [x = 0, y = 0] = position;
    const [fromX = x, fromY = y] = line[index - 1] ?? [];
    const east = eastward(fromX, x);
    const north = y - fromY;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(east), Math.abs(north)) / longestStepDegrees));
    return Array.from({ length: steps }, (_, step): Position => {
      const share = (step + 1) / steps;
      return [fromX + east * share, fromY + north * share];
    });
  });
}

/** A polygon whose rings turn as those of a globe must: its inside is the smaller part. */
function onGlobe(rings: readonly (readonly Position[])[]): Position[][] {
  const [outer = [], ...holes] = rings.map(inSteps);
  const isSmall = (ring: Position[]) => geoArea({ type: 'Polygon', coordinates: [ring] }) <= 2 * Math.PI;
  return [
    isSmall(outer) ? outer : outer.toReversed(),
    ...holes.map((ring) => (isSmall(ring) ? ring.toReversed() : ring)),
  ];
}

/** A geometry of GeoJSON (RFC 7946), as shapes that can be drawn on a globe. */
export function shapesOf(geometry: Geometry): Exclude<Geometry, { type: 'GeometryCollection' }>[] {
  switch (geometry.type) {
    case 'GeometryCollection':
      return geometry.geometries.flatMap(shapesOf);
    case 'LineString':
      return [{ type: 'LineString', coordinates: inSteps(geometry.coordinates) }];
    case 'MultiLineString':
      return [{ type: 'MultiLineString', coordinates: geometry.coordinates.map(inSteps) }];
    case 'Polygon':
      return [{ type: 'Polygon', coordinates: onGlobe(geometry.coordinates) }];
    case 'MultiPolygon':
      return [{ type: 'MultiPolygon', coordinates: geometry.coordinates.map(onGlobe) }];
    default:
      return [geometry];
  }
}

/** All positions of a shape. */
export function positionsOf(shape: Geometry): Position[] {
  switch (shape.type) {
    case 'GeometryCollection':
      return shape.geometries.flatMap(positionsOf);
    case 'Point':
      return [shape.coordinates];
    case 'MultiPoint':
    case 'LineString':
      return shape.coordinates;
    case 'MultiLineString':
    case 'Polygon':
      return shape.coordinates.flat();
    case 'MultiPolygon':
      return shape.coordinates.flat(2);
  }
}
