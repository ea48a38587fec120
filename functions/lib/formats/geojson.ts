import * as z from 'zod';
import type { geometrySchema } from '../../../events/catalogue/fields/geometry.ts';
import { cutLine, cutPolygon } from './antimeridian.ts';
import { entriesOf, placesOf, type ShownEntry } from './entry.ts';
import { flatEntry } from './flat-entry.ts';
import type { Format, TimelineDocument } from './format.ts';
import { mediaTypeOf } from './media-types.ts';

/** A geometry of RFC 7946. */
type Geometry = z.infer<ReturnType<typeof geometrySchema>>;

type Shape = Exclude<Geometry, { type: 'GeometryCollection' }>;
/** A shape with right-handed rings, cut at the antimeridian. */
function cut(shape: Shape): Shape {
  switch (shape.type) {
    case 'Polygon':
    case 'MultiPolygon': {
      const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
      const parts = polygons.flatMap(cutPolygon);
      const [only] = parts;
      if (shape.type === 'Polygon' && only && parts.length === 1) return { ...shape, coordinates: only };
      return { ...shape, type: 'MultiPolygon', coordinates: parts };
    }
    case 'LineString':
    case 'MultiLineString': {
      const lines = shape.type === 'LineString' ? [shape.coordinates] : shape.coordinates;
      const parts = lines.flatMap(cutLine);
      const [only] = parts;
      if (shape.type === 'LineString' && only && parts.length === 1) return { ...shape, coordinates: only };
      return { ...shape, type: 'MultiLineString', coordinates: parts };
    }
    default:
      return shape;
  }
}

const shapesIn = (geometry: Geometry): Shape[] =>
  (geometry.type === 'GeometryCollection' ? geometry.geometries : [geometry]).map(cut);

/** Shapes of one kind as one multi-shape; undefined if they are of several kinds. */
function multiple(shapes: readonly Shape[]): Shape | undefined {
  const points = shapes.flatMap((shape) => {
    if (shape.type === 'Point') return [shape.coordinates];
    return shape.type === 'MultiPoint' ? shape.coordinates : [];
  });
  const lines = shapes.flatMap((shape) => {
    if (shape.type === 'LineString') return [shape.coordinates];
    return shape.type === 'MultiLineString' ? shape.coordinates : [];
  });
  const polygons = shapes.flatMap((shape) => {
    if (shape.type === 'Polygon') return [shape.coordinates];
    return shape.type === 'MultiPolygon' ? shape.coordinates : [];
  });
  if (lines.length + polygons.length === 0) return { type: 'MultiPoint', coordinates: points };
  if (points.length + polygons.length === 0) return { type: 'MultiLineString', coordinates: lines };
  if (points.length + lines.length === 0) return { type: 'MultiPolygon', coordinates: polygons };
  return undefined;
}

/**
 * Several geometries as one; null for none. Geometries of one kind become a multi-point, multi-line or multi-polygon.
 * Only several kinds become a collection, which fewer tools can draw, and which has no collection in it (RFC 7946
 * §3.1.8).
 */
function unitedGeometry(geometries: readonly Geometry[]): Geometry | null {
  const shapes = geometries.flatMap(shapesIn);
  const [only] = shapes;
  if (!only) return null;
  if (shapes.length === 1) return only;
  return multiple(shapes) ?? { type: 'GeometryCollection', geometries: shapes };
}

function featureOf(entry: ShownEntry, document: TimelineDocument) {
  const geometries = placesOf(entry).flatMap(({ geometry }) => geometry ?? []);
  return {
    type: 'Feature',
    id: entry.id,
    geometry: unitedGeometry(geometries),
    properties: flatEntry(entry, document),
  };
}

/**
 * A feature collection (RFC 7946): one feature per entry, also without a place. The further members are allowed by
 * §6.1.
 */
export const geojson: Format = {
  name: 'geojson',
  mediaType: mediaTypeOf.geojson,
  reading: 'whole',
  schema: z
    .looseObject({ type: z.literal('FeatureCollection'), features: z.array(z.looseObject({})) })
    .describe('GeoJSON (RFC 7946): one feature per entry.'),
  render: (document) => {
    const { title, description, range, asOf, nextCursor, cutAfter, self, next } = document;
    return JSON.stringify({
      type: 'FeatureCollection',
      title,
      ...(description !== null && { description }),
      range,
      asOf,
      nextCursor,
      ...(cutAfter !== undefined && { truncated: true }),
      links: [
        { rel: 'self', href: self, type: geojson.mediaType },
        ...(next === null ? [] : [{ rel: 'next', href: next, type: geojson.mediaType }]),
      ],
      features: entriesOf(document).map((entry) => featureOf(entry, document)),
    });
  },
};
