import * as z from 'zod';

type Properties = Readonly<Record<string, unknown>>;

function omitBelow(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => omitBelow(item, paths));
  return omit(value as Properties, paths);
}

/**
 * The properties without those at these paths: `A` is a property, `A.B` a property of the object in `A`, or of each
 * object in the list in `A`.
 */
export function omit(properties: Properties, paths: readonly string[]): Properties {
  const kept = Object.entries(properties).filter(([name]) => !paths.includes(name));
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const below = paths.filter((path) => path.startsWith(`${name}.`)).map((path) => path.slice(name.length + 1));
      return [name, omitBelow(value, below)];
    }),
  );
}

/**
 * The properties of a type of resource. Each is either read, or listed as one without effect on a laptop. Any other
 * property is an error, so that the local system never silently ignores a property that the stack needs.
 */
export interface Definition<Properties> {
  readonly type: string;
  /** Names of properties, or paths within one: see `omit`. */
  readonly withoutEffect: readonly string[];
  readonly schema: z.ZodType<Properties>;
}

/** The definition of a type of resource: the properties that are read, and those without effect. */
export function define<Shape extends z.ZodRawShape>(
  type: string,
  shape: Shape,
  withoutEffect: readonly string[],
): Definition<z.infer<z.ZodObject<Shape, z.core.$strict>>> {
  return { type, withoutEffect, schema: z.strictObject(shape) };
}
