import * as z from 'zod';
import { maximumGeometryPositions } from '../../input/limits.ts';
import { once } from '../../input/once.ts';

const maximumLongitude = 180;
const maximumLatitude = 90;

const isContainer = (value: unknown) => typeof value === 'object' && value !== null;

/** RFC 7946 §3.1.1: longitude, latitude and, if given, the height in metres. */
const positionSchema = () =>
  z
    .array(z.number())
    .refine(({ length }) => length === 2 || length === 3, {
      error: 'Must be [longitude, latitude] or [longitude, latitude, height].',
      abort: true,
    })
    .refine(
      ([longitude = 0, latitude = 0]) =>
        Math.abs(longitude) <= maximumLongitude && Math.abs(latitude) <= maximumLatitude,
      { error: 'Must be a longitude from -180 to 180, then a latitude from -90 to 90.' },
    )
    .meta({ minItems: 2, maxItems: 3 });

/** RFC 7946 §5: west, south, east, north; with heights, the lowest after south and the highest at the end. */
const boxSchema = () =>
  z
    .array(z.number())
    .refine(({ length }) => length === 4 || length === 6, {
      error: 'Must hold 4 numbers (west, south, east, north), or 6 with heights.',
    })
    .meta({ minItems: 4, maxItems: 6 });

const anyGeometry = () => {
  const position = positionSchema();
  const positions = (minimum: number) => z.array(position).min(minimum);
  // RFC 7946 §3.1.6: the last position is the same as the first.
  const ring = positions(4).refine((line) => line.at(-1)?.every((number, index) => number === line[0]?.[index]), {
    error: 'Must be closed: the last position is the same as the first.',
  });
  const polygon = z.array(ring).min(1);
  const bbox = boxSchema().optional();
  const geometry = <Type extends string, Coordinates extends z.ZodType>(type: Type, coordinates: Coordinates) =>
    z.strictObject({ type: z.literal(type), coordinates, bbox });
  const shapes = [
    geometry('Point', position),
    geometry('MultiPoint', positions(1)),
    geometry('LineString', positions(2)),
    geometry('MultiLineString', z.array(positions(2)).min(1)),
    geometry('Polygon', polygon),
    geometry('MultiPolygon', z.array(polygon).min(1)),
  ] as const;
  // RFC 7946 §3.1.8 advises against collections in collections, so they are not accepted.
  const collection = z.strictObject({
    type: z.literal('GeometryCollection'),
    geometries: z.array(z.discriminatedUnion('type', shapes)),
    bbox,
  });
  return z.discriminatedUnion('type', [...shapes, collection]);
};

type AnyGeometry = z.ZodLazy<ReturnType<typeof anyGeometry>>;

/** How many positions there are within a value: lists that begin with no list. The depth of a request is limited. */
function countPositions(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value) && !isContainer(value[0])) return 1;
  return Object.values(value).reduce<number>((sum, inside) => sum + countPositions(inside), 0);
}

/** A GeoJSON geometry (RFC 7946). Its positions are counted before they are checked. */
export const geometrySchema = once(() =>
  z
    .preprocess<z.infer<AnyGeometry>, AnyGeometry, z.input<AnyGeometry>>((geometry, context) => {
      const count = countPositions(geometry);
      if (count > maximumGeometryPositions) {
        context.addIssue({
          code: 'custom',
          message: `Has ${count} positions; a geometry has at most ${maximumGeometryPositions}. Simplify it.`,
          input: geometry,
        });
      }
      return geometry;
    }, z.lazy(anyGeometry))
    .describe(`A GeoJSON geometry (RFC 7946) of at most ${maximumGeometryPositions} positions.`),
);
