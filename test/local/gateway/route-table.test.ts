import { describe, expect, test } from '@jest/globals';
import { createRouteTable } from '../../../local/gateway/route-table.ts';

const keys = [
  'ANY /{everything+}',
  'GET /pets/{id}',
  'ANY /pets/dog',
  'GET /pets/dog',
  'GET /pets/{id}/toys/{toy}',
  'GET /{kind}/dog',
  'GET /files/{path+}',
  'GET /',
];
const find = createRouteTable(new Map(keys.map((key) => [key, key])));

describe('a route', () => {
  test.each([
    ['GET', '/pets/dog', 'GET /pets/dog', undefined],
    ['POST', '/pets/dog', 'ANY /pets/dog', undefined],
    ['GET', '/pets/cat', 'GET /pets/{id}', { id: 'cat' }],
    ['GET', '/cows/dog', 'GET /{kind}/dog', { kind: 'cows' }],
    ['GET', '/pets/1/toys/2', 'GET /pets/{id}/toys/{toy}', { id: '1', toy: '2' }],
    ['GET', '/pets/', 'ANY /{everything+}', { everything: 'pets/' }],
    ['GET', '/files/a/b%20c', 'GET /files/{path+}', { path: 'a/b c' }],
    ['PUT', '/files/a', 'ANY /{everything+}', { everything: 'files/a' }],
    ['GET', '/Pets/dog', 'GET /{kind}/dog', { kind: 'Pets' }],
    ['GET', '/', 'GET /', undefined],
  ])('for %s %s is %s', (method, path, key, pathParameters) => {
    expect(find(method, path)).toEqual({ key, target: key, pathParameters });
  });

  test('is not found if no key matches, unless there is a default', () => {
    expect(createRouteTable(new Map([['GET /a', 1]]))('GET', '/b')).toBeUndefined();
    const withDefault = createRouteTable(
      new Map([
        ['GET /a', 1],
        ['$default', 2],
      ]),
    );
    expect(withDefault('HEAD', '/a')).toEqual({ key: '$default', target: 2, pathParameters: undefined });
  });
});
