import * as z from 'zod';

type Typed = z.ZodObject<{ type: z.ZodLiteral<string> } & z.ZodRawShape>;

/** A union of objects with the discriminator `type`. */
export function unionByType<Option extends Typed>(options: readonly Option[]) {
  return z.discriminatedUnion('type', options as unknown as readonly [Option, ...Option[]]);
}
