import * as z from 'zod';
import { eventFields } from './event-fields.ts';

/** One type of event, as it stands in the catalogue. */
export interface EventType<Fields extends z.ZodRawShape = z.ZodRawShape> {
  /** One line on what it is for. */
  readonly description: string;
  /** The whole of `data`: the fields of every event and the type's own. */
  readonly schema: z.ZodObject<typeof eventFields & Fields, z.core.$strict>;
  /** The fields that name actors or places, one or a list: they are actors and places of the event. */
  readonly actors: readonly string[];
  readonly places: readonly string[];
}

interface Definition<Fields extends z.ZodRawShape> {
  readonly description: string;
  readonly fields: Fields;
  readonly actors?: readonly (keyof Fields & string)[];
  readonly places?: readonly (keyof Fields & string)[];
}

/** Defines a type of event by the fields that it has besides those of every event. */
export function eventType<Fields extends z.ZodRawShape>(definition: Definition<Fields>): EventType<Fields> {
  const { description, fields, actors = [], places = [] } = definition;
  return { description, schema: z.strictObject({ ...eventFields, ...fields }).describe(description), actors, places };
}
