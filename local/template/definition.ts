import * as z from 'zod';

/**
 * What the local system reads of a type of resource. Every property is either read, or named as one that makes no
 * difference on a laptop; any other is refused, so that nothing the stack relies on is silently missing.
 */
export interface Definition<Properties> {
  readonly type: string;
  /** Properties, or paths to what stands within one: see `omit`. */
  readonly withoutEffect: readonly string[];
  readonly schema: z.ZodType<Properties>;
}

/** The definition of a type of resource: what is read of it, and which properties make no difference here. */
export function define<Shape extends z.ZodRawShape>(
  type: string,
  shape: Shape,
  withoutEffect: readonly string[],
): Definition<z.infer<z.ZodObject<Shape, z.core.$strict>>> {
  return { type, withoutEffect, schema: z.strictObject(shape) };
}
