import { type GeoProjection, geoAzimuthalEqualArea, geoBounds, geoDistance, geoEqualEarth } from 'd3-geo';
import type { Position } from 'geojson';

/** The size of a map in units of its own. A phone shows it nearly as large. */
export const mapWidth = 400;
export const mapHeight = 280;

const padding = 24;
const degree = Math.PI / 180;
const halfTurn = 180;
const fullTurn = 360;
/** A single point is shown with 250 km around it. */
const smallestRadiusDegrees = 2.25;
/** Beyond, the whole world is shown. */
const largestRadiusDegrees = 60;
/** Below, the coarse outlines have too few corners. */
const coarseFromDegrees = 14;

/** A part of the globe as a map shows it. */
export interface MapView {
  readonly projection: GeoProjection;
  /** Longitude and latitude of its middle, and how far its corners are from there, in degrees. */
  readonly middle: readonly [number, number];
  readonly reachDegrees: number;
  readonly isWorld: boolean;
  readonly needsFine: boolean;
}

function middleOf(positions: readonly Position[]): [number, number] {
  const [[west, south], [east, north]] = geoBounds({ type: 'MultiPoint', coordinates: [...positions] });
  const width = east < west ? east - west + fullTurn : east - west;
  const longitude = west + width / 2;
  return [longitude > halfTurn ? longitude - fullTurn : longitude, (south + north) / 2];
}

function worldView(longitude: number): MapView {
  const extent: [[number, number], [number, number]] = [
    [2, 2],
    [mapWidth - 2, mapHeight - 2],
  ];
  return {
    projection: geoEqualEarth().rotate([-longitude, 0]).fitExtent(extent, { type: 'Sphere' }),
    middle: [longitude, 0],
    reachDegrees: halfTurn,
    isWorld: true,
    needsFine: false,
  };
}

/** A view of a part of the globe from straight above it, where neither a pole nor the antimeridian is an edge. */
export function viewAround(middle: readonly [number, number], radiusDegrees: number): MapView {
  const half = Math.min(mapWidth, mapHeight) / 2;
  const scale = (half - padding) / (2 * Math.sin((radiusDegrees * degree) / 2));
  const corner = Math.hypot(mapWidth, mapHeight) / 2 / scale;
  const projection = geoAzimuthalEqualArea()
    .rotate([-middle[0], -middle[1]])
    .scale(scale)
    .translate([mapWidth / 2, mapHeight / 2])
    .clipExtent([
      [-4, -4],
      [mapWidth + 4, mapHeight + 4],
    ]);
  return {
    projection,
    middle,
    reachDegrees: (2 * Math.asin(Math.min(1, corner / 2))) / degree,
    isWorld: false,
    needsFine: radiusDegrees < coarseFromDegrees,
  };
}

/** The view that shows all positions; there is at least one. */
export function viewOf(positions: readonly Position[]): MapView {
  const middle = middleOf(positions);
  const distances = positions.map(
    ([longitude = 0, latitude = 0]) => geoDistance(middle, [longitude, latitude]) / degree,
  );
  const radius = Math.max(
    smallestRadiusDegrees,
    distances.reduce((one, other) => Math.max(one, other), 0),
  );
  return radius > largestRadiusDegrees ? worldView(middle[0]) : viewAround(middle, radius);
}
