import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { queryParameters, readQuery } from '../../../functions/lib/http/query-parameters.ts';
import { refusal } from '../../support/expectations/refusal.ts';

const schema = z.strictObject({
  from: z.string().optional(),
  story: z.string().optional(),
  limit: z.string().regex(/^\d+$/, 'Is a whole number.').transform(Number).default(50),
  order: z.enum(['asc', 'desc']).optional(),
});

const read = (rawQuery: string) => queryParameters({ query: readQuery(rawQuery, Object.keys(schema.shape)) }, schema);

describe('a query', () => {
  test.each([
    ['', { limit: 50 }],
    ['&&', { limit: 50 }],
    ['limit=5&story=a%20b&', { limit: 5, story: 'a b' }],
    ['story=a+b%2Bc', { limit: 50, story: 'a b+c' }],
    ['%73tory=a=b', { limit: 50, story: 'a=b' }],
    ['from=2020-11-10T00:00:00%2B03:00', { limit: 50, from: '2020-11-10T00:00:00+03:00' }],
    ['story=%00', { limit: 50, story: '\u0000' }],
  ])('%j is read', (rawQuery, values) => {
    expect(read(rawQuery)).toEqual(values);
  });

  test.each([
    ['storey=a', 'storey', 'Is not a parameter of this route. It takes: from, story, limit, order.'],
    ['Story=a', 'Story', 'Is not a parameter of this route. It takes: from, story, limit, order.'],
    ['__proto__=a', '__proto__', 'Is not a parameter of this route. It takes: from, story, limit, order.'],
    ['constructor=a', 'constructor', 'Is not a parameter of this route. It takes: from, story, limit, order.'],
    ['=a', '', 'Is not a parameter of this route. It takes: from, story, limit, order.'],
    ['story=a&story=a', 'story', 'Is given more than once; give it once.'],
    ['story=a&limit=5&%73tory=b', 'story', 'Is given more than once; give it once.'],
    ['story=', 'story', 'Is empty; leave it out or give it a value.'],
    ['story', 'story', 'Is empty; leave it out or give it a value.'],
    ['story=100%', 'story', 'Is not percent-encoded UTF-8. Write % as %25.'],
    ['story=%ff', 'story', 'Is not percent-encoded UTF-8. Write % as %25.'],
    ['%zz=a', '%zz', 'Is not percent-encoded UTF-8. Write % as %25.'],
    ['limit=x', 'limit', 'Is a whole number.'],
    ['order=up', 'order', 'Must be one of asc, desc.'],
  ])('%j is refused, naming the parameter', (rawQuery, parameter, detail) => {
    expect(refusal(() => read(rawQuery))).toEqual([{ parameter, detail }]);
  });

  test('is refused for all of what the schema finds wrong', () => {
    expect(refusal(() => read('limit=x&order=up'))).toEqual([
      { parameter: 'limit', detail: 'Is a whole number.' },
      { parameter: 'order', detail: 'Must be one of asc, desc.' },
    ]);
  });

  test('may have no parameters at all', () => {
    expect(refusal(() => readQuery('a=b', []))).toEqual([
      { parameter: 'a', detail: 'Is not a parameter of this route. It takes none.' },
    ]);
  });

  test('must have those that the schema requires', () => {
    expect(refusal(() => queryParameters({ query: {} }, z.strictObject({ after: z.string() })))).toEqual([
      { parameter: 'after', detail: 'Is required: a string.' },
    ]);
  });
});
