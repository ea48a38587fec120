import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { routes } from '../../functions/routes.ts';

const page = await readFile(join(import.meta.dirname, '..', '..', 'docs', 'api.md'), 'utf8');
const row = /^\| `([A-Z]+ \/[^`]*)` \|(?: `([^`]+)`)? \|(?: `([^`]+)`)? \| .+ \|$/gm;

test('docs/api.md lists every route with its scope and its parameters, and no other', () => {
  const listed = [...page.matchAll(row)].map(([, route, scope = '', query = '']) => [route, scope, query]);
  const expected = routes.map(({ method, path, scope = '', query = [] }) => [
    `${method} ${path}`,
    scope,
    query.join(' '),
  ]);
  expect(listed).toEqual(expected);
});
