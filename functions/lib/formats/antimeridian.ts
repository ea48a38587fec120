/** A position of GeoJSON: longitude, latitude, and perhaps an altitude. */
type Position = number[];
type Ring = Position[];
type Polygon = Ring[];

const halfTurn = 180;
const fullTurn = 360;

/** Twice the signed area on a plane; positive if the ring runs counterclockwise. */
const doubleArea = (ring: Ring) =>
  ring.reduce((sum, [x = 0, y = 0], index) => {
    const [nextX = 0, nextY = 0] = ring[index + 1] ?? [];
    return index === ring.length - 1 ? sum : sum + x * nextY - nextX * y;
  }, 0);

/**
 * The positions with longitudes that go on across the antimeridian. Between two positions a line takes the shorter way,
 * unless it is the edge of a shape that goes all around the globe.
 */
function unrolled(positions: readonly Position[]): Position[] {
  let turns = 0;
  return positions.map((position, index) => {
    const [longitude = 0, ...rest] = position;
    const step = index === 0 ? 0 : longitude - (positions[index - 1]?.[0] ?? 0);
    if (Math.abs(step) > halfTurn && Math.abs(step) < fullTurn) turns -= Math.sign(step);
    return [longitude + turns * fullTurn, ...rest];
  });
}

const isSamePlace = ([x, y]: Position, [otherX, otherY]: Position = []) => x === otherX && y === otherY;

/** The position at which the way from one position to another is at a longitude, also by its height. */
function crossingAt(longitude: number, [x = 0, ...from]: Position, [nextX = 0, ...to]: Position): Position {
  const share = (longitude - x) / (nextX - x);
  const known = from.slice(0, to.length);
  return [longitude, ...known.map((value, index) => value + ((to[index] ?? value) - value) * share)];
}

/**
 * The part of a ring on one side of a meridian; empty if it has none, or only an edge on it (Sutherland and Hodgman).
 */
function clipped(ring: Ring, meridian: number, side: 1 | -1): Ring {
  const isInside = ([longitude = 0]: Position) => (longitude - meridian) * side >= 0;
  const open = ring.slice(0, -1);
  const part = open.flatMap((position, index) => {
    const previous = open.at(index - 1) as Position;
    if (isInside(position) === isInside(previous)) return isInside(position) ? [position] : [];
    const crossing = crossingAt(meridian, previous, position);
    return isInside(position) ? [crossing, position] : [crossing];
  });
  const corners = part.filter((position, index) => !isSamePlace(position, part.at(index - 1)));
  const closed = [...corners, ...corners.slice(0, 1)];
  return doubleArea(closed) === 0 ? [] : closed;
}

const moved = (ring: Ring, by: number): Ring =>
  by === 0 ? ring : ring.map(([longitude = 0, ...rest]) => [longitude + by, ...rest]);

/** RFC 7946 §3.1.6: the outer ring runs counterclockwise, holes run clockwise. Many tools write them the other way. */
const rightHanded = (polygon: Polygon): Polygon =>
  polygon.map((ring, index) => (doubleArea(ring) < 0 === (index === 0) ? ring.toReversed() : ring));

const bounds = (rings: readonly Ring[]) => {
  const longitudes = rings.flat().map(([longitude = 0]) => longitude);
  return [Math.min(...longitudes), Math.max(...longitudes)] as const;
};

/** Whether a ring goes around a pole: unrolled, it does not come back to where it began. */
const surroundsPole = (ring: Ring) => ring[0]?.[0] !== ring.at(-1)?.[0];

/**
 * A polygon with right-handed rings, cut where it crosses the antimeridian (RFC 7946 §3.1.9): each part has longitudes
 * from -180 to 180. A polygon around a pole stays as it is, since a plane has no inside for it.
 */
export function cutPolygon(polygon: Polygon): Polygon[] {
  const rings = polygon.map(unrolled);
  if (rings.some(surroundsPole)) return [polygon];
  const [outer = []] = rings;
  const [west, east] = bounds([outer]);
  // A hole is unrolled from its own beginning, which may be a turn away from the outer ring.
  const placed = rings.map((ring) => {
    const [ringWest, ringEast] = bounds([ring]);
    const turn = [0, fullTurn, -fullTurn].find((by) => ringWest + by >= west && ringEast + by <= east) ?? 0;
    return moved(ring, turn);
  });
  // It may lie at the antimeridian, which is written as 180 on one side and as -180 on the other.
  if (west >= -halfTurn && east <= halfTurn) return [rightHanded(placed)];
  const meridian = east > halfTurn ? halfTurn : -halfTurn;
  const cut = ([1, -1] as const).flatMap((side) => {
    const parts = placed.map((ring) => clipped(ring, meridian, side)).filter((ring) => ring.length > 0);
    if (parts.length === 0) return [];
    const isBeyond = Math.sign(meridian) === side;
    return [rightHanded(parts.map((ring) => moved(ring, isBeyond ? -side * fullTurn : 0)))];
  });
  // A ring without an area has no part on either side.
  return cut.length > 0 ? cut : [polygon];
}

/** A line, cut where it crosses the antimeridian (RFC 7946 §3.1.9). */
export function cutLine(line: Position[]): Position[][] {
  const parts: Position[][] = [[]];
  const add = (position: Position) => {
    const part = parts.at(-1) as Position[];
    // What crosses in one of its positions has that position once on each side.
    if (part.length === 0 || part.length > 1 || !isSamePlace(position, part[0])) part.push(position);
  };
  line.forEach((position, index) => {
    const before = line[index - 1];
    const [from = 0] = before ?? position;
    const [longitude = 0, ...rest] = position;
    const step = longitude - from;
    if (before && Math.abs(step) > halfTurn && Math.abs(step) < fullTurn) {
      const edge = from > 0 ? halfTurn : -halfTurn;
      const crossing = crossingAt(edge, before, [longitude - Math.sign(step) * fullTurn, ...rest]);
      if (!isSamePlace(crossing, before)) parts.at(-1)?.push(crossing);
      parts.push([[-edge, ...crossing.slice(1)]]);
    }
    add(position);
  });
  // A line that only touches the antimeridian has nothing on its other side.
  const cut = parts.filter(({ length }) => length > 1);
  return cut.length > 0 ? cut : [line];
}
