import * as z from 'zod';
import { once } from '../input/once.ts';
import { eventFields } from './event-fields.ts';

/**
 * The name of a type of event in names of components of the OpenAPI document: `district.ceded` → `DistrictCeded`.
 */
export function componentName(type: string): string {
  return type
    .split('.')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

type Typed = z.ZodObject<{ type: z.ZodLiteral<string> } & z.ZodRawShape>;

/** A union of objects with the discriminator `type`. */
export function unionByType<Option extends Typed>(options: readonly Option[]) {
  return z.discriminatedUnion('type', options as unknown as readonly [Option, ...Option[]]);
}

/** A type of event in the catalogue. */
export interface EventType<Fields extends z.ZodRawShape = z.ZodRawShape> {
  readonly description: string;
  /** The whole `data`: the fields of every event, and the type's own. */
  readonly schema: z.ZodObject<ReturnType<typeof eventFields> & Fields, z.core.$strict>;
  /** The type's own fields whose values are actors or places of the event, one or a list. */
  readonly actors: readonly string[];
  readonly places: readonly string[];
}

interface Definition<Fields extends z.ZodRawShape> {
  readonly description: string;
  /** Called when the schema is first used: a function uses few of all schemas, and each takes time to make. */
  readonly fields: () => Fields;
  readonly actors?: readonly (keyof Fields & string)[];
  readonly places?: readonly (keyof Fields & string)[];
}

/** Defines a type of event by its own fields, besides those of every event. */
export function eventType<Fields extends z.ZodRawShape>(definition: Definition<Fields>): EventType<Fields> {
  const { description, fields, actors = [], places = [] } = definition;
  const schema = once(() => z.strictObject({ ...eventFields(), ...fields() }).describe(description));
  return {
    description,
    get schema() {
      return schema();
    },
    actors,
    places,
  };
}
