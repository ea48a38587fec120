import * as z from 'zod';
import { once } from '../../input/once.ts';
import { iso3166Schema, nameSchema, qidSchema } from './identifiers.ts';
import { listOf } from './list.ts';
import { textOf } from './text.ts';

const maximumRoleLength = 200;

/** A state, an organization or a person that takes part in an event. */
export const actorSchema = once(() =>
  z
    .strictObject({
      name: nameSchema(),
      role: textOf(maximumRoleLength).optional().describe('The role that the actor has in the event.'),
      iso3166: iso3166Schema().optional(),
      qid: qidSchema().optional(),
    })
    .describe('A state, an organization or a person. Filters know it by its strongest identifier.'),
);

/** A list of actors. `minimum` is the fewest. */
export const actorsOf = (minimum: number) => listOf(actorSchema, { minimum });

export const actorsSchema = once(() => actorsOf(0));

export type Actor = z.infer<ReturnType<typeof actorSchema>>;
