import type * as z from 'zod';
import { eventFields } from '../../../events/catalogue/event-fields.ts';
import { actorSchema } from '../../../events/catalogue/fields/actor.ts';
import { placeSchema } from '../../../events/catalogue/fields/place.ts';
import { quantitySchema } from '../../../events/catalogue/fields/quantity.ts';
import { durationSchema, momentSchema } from '../../../events/catalogue/fields/times.ts';
import { eventTypeOf } from '../../../events/catalogue/index.ts';

type Leaf = 'actor' | 'place' | 'quantity' | 'moment' | 'duration' | 'address' | 'text' | 'choice' | 'flag' | 'number';

/** How the value of a field is shown. */
export type Shape =
  | { readonly kind: Leaf }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'group'; readonly fields: readonly Field[] };

/** A field of events, by its schema in the catalogue. */
export interface Field {
  readonly name: string;
  readonly shape: Shape;
}

/** Schemas that mean more than their form says. A schema keeps its definition where it is described further. */
const meanings = new Map<unknown, Leaf>([
  [actorSchema().def, 'actor'],
  [placeSchema().def, 'place'],
  [quantitySchema().def, 'quantity'],
  [momentSchema().def, 'moment'],
  [durationSchema().def, 'duration'],
]);

/** The fields of every event that each format shows in a place of its own. All others are shown by their schemas. */
const placed: ReadonlySet<string> = new Set([
  'when',
  'headline',
  'summary',
  'language',
  'status',
  'actors',
  'places',
  'topics',
  'sources',
  'stories',
  'relations',
  'translations',
]);

function shapeOf(schema: z.ZodType): Shape {
  const meaning = meanings.get(schema.def);
  if (meaning) return { kind: meaning };
  const { def } = schema as unknown as z.core.$ZodTypes & { readonly def: z.core.$ZodTypes['_zod']['def'] };
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
    case 'nonoptional':
      return shapeOf(def.innerType as z.ZodType);
    case 'pipe':
      return shapeOf((def.out._zod.def.type === 'transform' ? def.in : def.out) as z.ZodType);
    case 'lazy':
      return shapeOf(def.getter() as z.ZodType);
    case 'array':
      return { kind: 'list', item: shapeOf(def.element as z.ZodType) };
    case 'object':
      return { kind: 'group', fields: fieldsOf(def.shape as z.ZodRawShape) };
    case 'boolean':
      return { kind: 'flag' };
    case 'number':
      return { kind: 'number' };
    case 'enum':
    case 'literal':
      return { kind: 'choice' };
    default:
      return { kind: schema.meta()?.format === 'uri' ? 'address' : 'text' };
  }
}

const fieldsOf = (shape: z.ZodRawShape): Field[] =>
  Object.entries(shape).map(([name, schema]) => ({ name, shape: shapeOf(schema as z.ZodType) }));

/** The fields of every event that are shown by their schemas. */
export const sharedFields: readonly Field[] = fieldsOf(eventFields()).filter(({ name }) => !placed.has(name));

const ownFieldsByType = new Map<string, readonly Field[]>();

/**
 * The fields that a type has of its own, in their order; none if the catalogue does not have the type. Derived once.
 */
export function ownFieldsOf(type: string): readonly Field[] {
  const known = ownFieldsByType.get(type);
  if (known) return known;
  const schema = eventTypeOf(type)?.schema;
  if (!schema) return [];
  const fields = fieldsOf(schema.shape).filter(({ name }) => !Object.hasOwn(eventFields(), name));
  ownFieldsByType.set(type, fields);
  return fields;
}
