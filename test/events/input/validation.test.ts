import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { pointerOf } from '../../../events/input/pointer.ts';
import { errorsOf, validate } from '../../../events/input/validation.ts';
import { eventIdField } from '../../../events/revision-fields.ts';
import { refusalOf } from '../refusal.ts';

const schema = z.strictObject({ text: z.string(), numbers: z.array(z.int()).optional() });

describe('a JSON pointer', () => {
  test('escapes ~ and / (RFC 6901)', () => {
    expect(pointerOf([])).toBe('');
    expect(pointerOf(['a/b', 'c~d', 0, '', ' "'], '/1')).toBe('/1/a~1b/c~0d/0// "');
  });
});

describe('validation', () => {
  test('has no errors for a value that matches the schema', () => {
    expect(errorsOf(schema, { text: 'a', numbers: [1] })).toEqual([]);
  });
  test('reports all errors at once, each with its place', () => {
    expect(errorsOf(schema, { numbers: [1, '2', 3.5], 'x/y': 1, z: 2 }, '/0')).toEqual([
      { pointer: '/0/text', detail: 'Is required: a string.' },
      { pointer: '/0/numbers/1', detail: 'Must be a number, not a string.' },
      { pointer: '/0/numbers/2', detail: 'Must be a whole number.' },
      { pointer: '/0/x~1y', detail: 'Is not a known field. Leave it out, or use one of: text, numbers.' },
      { pointer: '/0/z', detail: 'Is not a known field. Leave it out, or use one of: text, numbers.' },
    ]);
  });
  test('says of an object without fields that it has none, and of an id what one looks like', () => {
    expect(errorsOf(z.strictObject({}), { note: 'a' })).toEqual([
      { pointer: '/note', detail: 'Is not a known field: this object has none. Leave it out.' },
    ]);
    expect(errorsOf(z.strictObject({ event: eventIdField }), { event: 'evt_x' })).toEqual([
      {
        pointer: '/event',
        detail: 'Must be the id of an event as the API returned it: evt_ and 26 letters and digits.',
      },
    ]);
  });
  test('reports values that cannot be hashed, even if the schema accepts any value', () => {
    const patch = z.strictObject({ data: z.looseObject({}) });
    expect(errorsOf(patch, { data: { a: ['\udc00', { '\ud800': Infinity }] } })).toEqual([
      { pointer: '/data/a/0', detail: expect.stringMatching(/surrogate/) },
      { pointer: '/data/a/1/\ud800', detail: expect.stringMatching(/surrogate/) },
    ]);
  });
  test('throws with all errors', () => {
    expect(refusalOf(() => validate(schema, { text: 1 }, '/data'))).toEqual([
      { pointer: '/data/text', detail: 'Must be a string, not a number.' },
    ]);
    expect(refusalOf(() => validate(schema, { text: '' }))).toEqual([]);
  });
});
