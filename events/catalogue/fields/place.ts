import * as z from 'zod';
import { once } from '../../input/once.ts';
import { geometrySchema } from './geometry.ts';
import { iso3166Part2Schema, iso3166Schema, nameSchema, qidSchema } from './identifiers.ts';
import { listOf } from './list.ts';

/** The place where an event happened, or which it is about. */
export const placeSchema = once(() =>
  z
    .strictObject({
      name: nameSchema(),
      iso3166: iso3166Schema().optional(),
      iso3166_2: iso3166Part2Schema().optional(),
      qid: qidSchema().optional(),
      geometry: geometrySchema().optional(),
    })
    .describe('A place. Filters know it by its strongest identifier.'),
);

/** A list of places. `minimum` is the fewest. */
export const placesOf = (minimum: number) => listOf(placeSchema, { minimum });

export const placesSchema = once(() => placesOf(0));

export type Place = z.infer<ReturnType<typeof placeSchema>>;
