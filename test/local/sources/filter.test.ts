import { describe, expect, test } from '@jest/globals';
import { compileFilters } from '../../../local/sources/filter.ts';

const record = {
  eventName: 'INSERT',
  dynamodb: { Keys: { pk: { S: 'E#1' }, sk: { S: 'R#000001' } } },
  tags: ['a', 'b'],
};
const accepts = (...patterns: object[]) => compileFilters(patterns.map((pattern) => JSON.stringify(pattern)))(record);

describe('a filter of an event source', () => {
  test.each([
    [{ eventName: ['INSERT'] }, true],
    [{ eventName: ['MODIFY', 'INSERT'] }, true],
    [{ eventName: ['MODIFY'] }, false],
    [{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'R#' }] } } } }, true],
    [{ eventName: ['REMOVE'], dynamodb: { Keys: { sk: { S: [{ prefix: 'R#' }] } } } }, false],
    [{ dynamodb: { Keys: { sk: { S: [{ prefix: 'M#' }] } } } }, false],
    [{ dynamodb: { Keys: { sk: { S: [{ suffix: '1' }] } } } }, true],
    [{ dynamodb: { NewImage: { ttl: { N: [{ exists: true }] } } } }, false],
    [{ dynamodb: { NewImage: { ttl: { N: [{ exists: false }] } } } }, true],
    [{ dynamodb: { Keys: { pk: { S: [{ 'anything-but': ['F'] }] } } } }, true],
    [{ dynamodb: { Keys: { pk: { S: [{ 'anything-but': 'E#1' }] } } } }, false],
    [{ tags: ['b'] }, true],
    [{ absent: [{ prefix: '' }] }, false],
  ])('%j matches the record: %s', (pattern, expected) => {
    expect(accepts(pattern)).toBe(expected);
  });

  test('matches if one of several patterns matches, or if there is none', () => {
    expect(accepts({ eventName: ['REMOVE'] }, { eventName: ['INSERT'] })).toBe(true);
    expect(accepts()).toBe(true);
  });

  test.each([{ a: [{ numeric: ['>', 1] }] }, { a: 'INSERT' }, { a: [{ 'anything-but': { prefix: 'x' } }] }])(
    'is refused when it holds what the local system does not know: %j',
    (pattern) => {
      expect(() => accepts(pattern)).toThrow(expect.objectContaining({ name: 'LocalSystemError' }));
    },
  );
});
