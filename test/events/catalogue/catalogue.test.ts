import { describe, expect, test } from '@jest/globals';
import type * as z from 'zod';
import { eventFields } from '../../../events/catalogue/event-fields.ts';
import { actorSchema } from '../../../events/catalogue/fields/actor.ts';
import { placeSchema } from '../../../events/catalogue/fields/place.ts';
import { catalogue, dataSchemaOf, eventTypeOf } from '../../../events/catalogue/index.ts';
import { parseEvent } from '../../../events/event.ts';
import { refusalOf } from '../refusal.ts';
import { allSharedFields, requiredFields, typeSamples } from '../samples.ts';

const types = Object.keys(catalogue) as (keyof typeof catalogue)[];
const defaults = { id: 'generated', source: '/newsrooms/example' };

const parse = (type: string, data: object) => parseEvent({ type, subject: 'a', data }, defaults);
const refused = (type: string, data: object) => refusalOf(() => parse(type, data));

/**
 * What a field holds: the schema behind `optional` and behind a check of the length, and of a list that of its items.
 */
function held(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod as {
    def: {
      innerType?: z.core.$ZodType;
      out?: z.core.$ZodType;
      element?: z.core.$ZodType;
      getter?: () => z.core.$ZodType;
    };
  };
  const inside = def.innerType ?? def.out ?? def.element ?? def.getter?.();
  return inside ? held(inside) : schema;
}

test('the catalogue has a type for each sample and no other, each with a description', () => {
  expect(types).toEqual(Object.keys(typeSamples));
  for (const { description } of Object.values(catalogue)) expect(description).toMatch(/^[A-Z][^\n]{10,100}\.$/);
});

test('the name of a member that every object has is not a type', () => {
  expect(['constructor', '__proto__', 'toString', ''].map(eventTypeOf)).toEqual(Array(4).fill(undefined));
  expect(dataSchemaOf('story.described')).toBeUndefined();
});

describe.each(types)('%s', (type) => {
  const { schema, actors, places } = catalogue[type];
  const own = typeSamples[type] ?? { required: {}, optional: {} };
  const all = { ...allSharedFields, ...own.required, ...own.optional };
  const required = { ...requiredFields, ...own.required };

  test('accepts data with all fields', () => {
    expect(Object.keys(all).sort()).toEqual(Object.keys(schema.shape).sort());
    expect(parse(type, all).data).toEqual(all);
  });
  test('accepts data with only the required fields', () => {
    expect(parse(type, required).data).toEqual(required);
  });
  test('reports each missing field', () => {
    expect(refused(type, {})).toEqual(
      Object.keys(schema.shape)
        .filter((field) => field in required)
        .map((field) => ({ pointer: `/data/${field}`, detail: expect.stringMatching(/^Is required: /) })),
    );
  });
  test.each(Object.keys(all))('reports an invalid %s', (field) => {
    for (const wrong of [null, 1.5, [null], { unknown: 1 }]) {
      const errors = refused(type, { ...all, [field]: wrong });
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        expect(error).toEqual({
          pointer: expect.stringMatching(RegExp(`^/data/${field}(/|$)`)),
          detail: expect.any(String),
        });
      }
    }
  });
  test('reports an unknown field, and lists the known ones', () => {
    const detail = `Is not a known field. Leave it out, or use one of: ${Object.keys(schema.shape).join(', ')}.`;
    expect(refused(type, JSON.parse(`{"__proto__":{},"constructor":{},${JSON.stringify(all).slice(1)}`))).toEqual([
      { pointer: '/data/__proto__', detail },
      { pointer: '/data/constructor', detail },
    ]);
  });
  test('counts the actors and places in its own fields among those of the event', () => {
    // A description makes a copy of a schema, which keeps its definition.
    const naming = (named: z.core.$ZodType) =>
      Object.entries(schema.shape)
        .filter(([field, fieldSchema]) => !(field in eventFields()) && held(fieldSchema)._zod.def === named._zod.def)
        .map(([field]) => field);
    expect([...actors].sort()).toEqual(naming(actorSchema()).sort());
    expect([...places].sort()).toEqual(naming(placeSchema()).sort());
  });
});
