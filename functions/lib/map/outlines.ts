import type { GeoPermissibleObjects } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, GeometryObject, MultiPolygon, Topology } from 'topojson-specification';
import { isDisputed } from './disputed-borders.ts';
import type { MapView } from './map-view.ts';

type Countries = Topology<{ readonly countries: GeometryCollection<{ readonly name: string }> }>;

/** West, south, east, north in degrees. */
type Box = readonly [number, number, number, number];

/** A country as polygons, each a list of rings of arcs, with the box of each. */
interface Country {
  readonly id: string | number | undefined;
  readonly polygons: readonly { readonly arcs: number[][]; readonly box: Box }[];
}

interface Atlas {
  readonly topology: Countries;
  readonly countries: readonly Country[];
}

const union = (one: Box, other: Box): Box => [
  Math.min(one[0], other[0]),
  Math.min(one[1], other[1]),
  Math.max(one[2], other[2]),
  Math.max(one[3], other[3]),
];
const nowhere: Box = [
  Number.POSITIVE_INFINITY,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

/** The boxes of arcs, whose positions are written as differences of whole numbers. */
function boxesOf({ arcs, transform }: Countries): Box[] {
  const { scale = [1, 1], translate = [0, 0] } = transform ?? {};
  return arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.reduce<Box>((box, [dx = 0, dy = 0]) => {
      x += dx;
      y += dy;
      const [longitude, latitude] = [x * scale[0] + translate[0], y * scale[1] + translate[1]];
      return union(box, [longitude, latitude, longitude, latitude]);
    }, nowhere);
  });
}

function atlasOf(topology: Countries): Atlas {
  const boxes = boxesOf(topology);
  const boxOf = (arcs: readonly number[]) =>
    arcs.reduce((box, arc) => union(box, boxes[arc < 0 ? ~arc : arc] ?? nowhere), nowhere);
  const countries = topology.objects.countries.geometries.map((geometry) => {
    const { id } = geometry;
    const all = geometry.type === 'Polygon' ? [geometry.arcs] : geometry.type === 'MultiPolygon' ? geometry.arcs : [];
    return { id, polygons: all.map((arcs) => ({ arcs, box: boxOf(arcs[0] ?? []) })) };
  });
  return { topology, countries };
}

const loaders = {
  coarse: () => import('world-atlas/countries-110m.json', { with: { type: 'json' } }),
  fine: () => import('world-atlas/countries-50m.json', { with: { type: 'json' } }),
};

/** What was loaded stays for further requests. */
const atlases = new Map<keyof typeof loaders, Promise<Atlas>>();

function atlas(detail: keyof typeof loaders): Promise<Atlas> {
  const known = atlases.get(detail) ?? loaders[detail]().then((loaded) => atlasOf(loaded.default));
  atlases.set(detail, known);
  return known;
}

/** Whether a box may be in a view. */
function inView({ middle: [longitude, latitude], reachDegrees, isWorld }: MapView): (box: Box) => boolean {
  const [south, north] = [latitude - reachDegrees, latitude + reachDegrees];
  const nearPole = Math.max(Math.abs(south), Math.abs(north)) >= 89;
  const half = nearPole
    ? 180
    : Math.asin(Math.min(1, Math.sin((reachDegrees * Math.PI) / 180) / Math.cos((latitude * Math.PI) / 180))) *
      (180 / Math.PI);
  const overlaps = (west: number, east: number) =>
    [-360, 0, 360].some((turn) => west + turn <= longitude + half && east + turn >= longitude - half);
  return ([west, lowest, east, highest]) =>
    isWorld || (lowest <= north && highest >= south && (nearPole || overlaps(west, east)));
}

/** The outlines in a part of the globe: land, and lines. */
export interface Outlines {
  readonly land: GeoPermissibleObjects;
  readonly lines: GeoPermissibleObjects;
  readonly disputed: GeoPermissibleObjects;
}

/**
 * Outlines of countries by Natural Earth (public domain). Detailed ones are loaded when a view needs them.
 */
export async function outlinesIn(view: MapView): Promise<Outlines> {
  const { topology, countries } = await atlas(view.needsFine ? 'fine' : 'coarse');
  const isSeen = inView(view);
  const seen = countries.flatMap(({ id, polygons }): MultiPolygon[] => {
    const arcs = polygons.filter(({ box }) => isSeen(box)).map((polygon) => polygon.arcs);
    return arcs.length === 0 ? [] : [{ type: 'MultiPolygon', arcs, ...(id !== undefined && { id }) }];
  });
  const all: GeometryCollection = { type: 'GeometryCollection', geometries: seen };
  const disputed = (one: GeometryObject, other: GeometryObject) => one !== other && isDisputed(one.id, other.id);
  return {
    land: feature(topology, all),
    lines: mesh(topology, all, (one, other) => !disputed(one, other)),
    disputed: mesh(topology, all, disputed),
  };
}
