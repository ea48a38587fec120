import * as z from 'zod';

/**
 * The properties of a type of resource. Each is either read, or listed as one without effect on a laptop. Any other property is an error,
 * so that the local system never silently ignores a property that the stack needs.
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
