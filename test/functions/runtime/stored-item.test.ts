import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { jsonText, keyOfItem, storedItem, UnreadableItem } from '../../../functions/lib/runtime/stored-item.ts';

const key = { pk: 'A', sk: 'B' };
const place = z.object({ city: z.string(), rank: z.int(), tags: z.array(z.string()).exactOptional() });
const places = storedItem({
  kind: 'place',
  version: 2,
  schema: () => place,
  earlier: {
    1: () => z.object({ town: z.string(), rank: z.int() }).transform(({ town, rank }) => ({ city: town, rank })),
  },
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a stored item', () => {
  test('is written with the current version, and read as it was written', () => {
    const value = { city: 'Baku', rank: 1, tags: ['a', 'b'] };
    const item = places.write(key, value);
    expect(item).toEqual(marshall({ pk: 'A', sk: 'B', city: 'Baku', rank: 1, tags: ['a', 'b'], v: 2 }));
    expect(keyOfItem(item)).toEqual(key);
    expect(places.read(item)).toEqual(value);
  });

  test('of an earlier version is read as a value of the current version', () => {
    expect(places.read(marshall({ ...key, town: 'Baku', rank: 1, v: 1 }))).toEqual({ city: 'Baku', rank: 1 });
  });

  test('without a version is read as version 1', () => {
    expect(places.read(marshall({ ...key, town: 'Baku', rank: 1 }))).toEqual({ city: 'Baku', rank: 1 });
  });

  test.each([0, 3, '2', null])('of the unknown version %j cannot be read, and the error names the item', (v) => {
    expect(thrownBy(() => places.read(marshall({ ...key, city: 'Baku', rank: 1, v })))).toEqual(
      new UnreadableItem(
        `The place (pk A, sk B) has version ${v}; this release reads version 1, 2. See "Upgrading and going back" in docs/operating.md.`,
      ),
    );
  });

  test('without the attributes of its version cannot be read, and the error lists what is wrong', () => {
    expect(thrownBy(() => places.read(marshall({ ...key, rank: 'first', v: 2 })))).toEqual(
      new UnreadableItem(
        'The place (pk A, sk B) does not match version 2. ' +
          'city: Invalid input: expected string, received undefined; rank: Invalid input: expected number, received string',
      ),
    );
  });

  test('cannot be written with other attributes than its version has', () => {
    const wrong = { city: 'Baku', rank: 'first' } as unknown as z.infer<typeof place>;
    expect(() => places.write(key, wrong)).toThrow('expected number, received string');
  });

  test('can hold every kind of attribute', () => {
    const schema = z.object({
      text: z.string(),
      number: z.number(),
      yes: z.boolean(),
      none: z.null(),
      map: z.looseObject({}),
    });
    const all = storedItem({ kind: 'thing', version: 1, schema: () => schema });
    const value = { text: '', number: -2.5, yes: false, none: null, map: { list: [[1], { deep: 'x' }] } };
    expect(all.read(all.write(key, value))).toEqual(value);
  });
});

describe('JSON text in a stored item', () => {
  const documents = storedItem({
    kind: 'document',
    version: 1,
    schema: () => z.object({ body: jsonText(z.array(z.int())) }),
  });

  test('is written as text and read as a value', () => {
    const item = documents.write(key, { body: [1, 2] });
    expect(item.body).toEqual({ S: '[1,2]' });
    expect(documents.read(item)).toEqual({ body: [1, 2] });
  });

  test.each([
    ['{', 'body: is not JSON'],
    ['["a"]', 'body.0: Invalid input: expected number, received string'],
  ])('of the value %s cannot be read, and the error names the item', (body, fault) => {
    expect(thrownBy(() => documents.read(marshall({ ...key, body, v: 1 })))).toEqual(
      new UnreadableItem(`The document (pk A, sk B) does not match version 1. ${fault}`),
    );
  });
});
