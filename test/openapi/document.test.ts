import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { routes } from '../../functions/routes.ts';
import { openApiText } from '../../openapi/document.ts';
import { faultsOf, openApi } from '../support/expectations/documented.ts';

const file = join(import.meta.dirname, '..', '..', 'openapi.json');

interface Example {
  readonly pointer: string;
  readonly value: unknown;
}

const escaped = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

/** Every example that stands beside a schema, wherever in the document. */
function examplesIn(value: unknown, pointer = ''): Example[] {
  if (typeof value !== 'object' || value === null) return [];
  const { schema, example, examples } = value as { schema?: unknown; example?: unknown; examples?: object };
  const here: Example[] = [];
  if (schema && example !== undefined) here.push({ pointer: `${pointer}/schema`, value: example });
  if (schema && examples && !Array.isArray(examples)) {
    for (const { value: one } of Object.values(examples as Record<string, { value: unknown }>)) {
      here.push({ pointer: `${pointer}/schema`, value: one });
    }
  }
  const within = Object.entries(value)
    .filter(([name]) => name !== 'example' && name !== 'examples')
    .flatMap(([name, child]) => examplesIn(child, `${pointer}/${escaped(name)}`));
  return [...here, ...within];
}

/** Every schema that has examples of its own. */
function schemaExamplesIn(value: unknown, pointer = ''): Example[] {
  if (typeof value !== 'object' || value === null) return [];
  const { examples } = value as { examples?: unknown };
  const here = Array.isArray(examples) ? examples.map((one) => ({ pointer, value: one })) : [];
  const within = Object.entries(value)
    .filter(([name]) => name !== 'example' && name !== 'examples')
    .flatMap(([name, child]) => schemaExamplesIn(child, `${pointer}/${escaped(name)}`));
  return [...here, ...within];
}

describe('openapi.json', () => {
  test('is up to date with the routes and schemas; if not, run npm run openapi', async () => {
    expect(await readFile(file, 'utf8')).toBe(openApiText());
  });

  test('describes every route and nothing else', () => {
    const described = Object.entries(openApi.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test('gives each operation a unique name', () => {
    const names = Object.values(openApi.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
      (methods) => Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(names).toHaveLength(new Set(names).size);
  });

  test('has no errors by a linter', async () => {
    const config = await createConfig({ extends: ['recommended'], rules: { 'operation-4xx-response': 'off' } });
    const found = await lintFromString({ source: await readFile(file, 'utf8'), absoluteRef: file, config });
    expect(found.map(({ ruleId, message, location }) => `${ruleId}: ${message} at ${location[0]?.pointer}`)).toEqual(
      [],
    );
  });

  test('has examples that are valid by its schemas', () => {
    const examples = [...examplesIn(openApi), ...schemaExamplesIn(openApi)];
    expect(examples.length).toBeGreaterThan(100);
    const faults = examples.flatMap(({ pointer, value }) =>
      faultsOf(pointer, value).map((fault) => `${pointer}: ${JSON.stringify(value)?.slice(0, 80)}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  test('has an example of every problem, under its status', () => {
    type Media = { schema: { oneOf?: object[] }; example?: object; examples?: Record<string, { value: object }> };
    const shown = Object.values(
      openApi.components.responses as Record<string, { content?: Record<string, Media> }>,
    ).flatMap(({ content = {} }) => content['application/problem+json'] ?? []);
    expect(shown.length).toBeGreaterThan(10);
    for (const { schema, example, examples = {} } of shown) {
      const all = [example ?? [], Object.values(examples).map(({ value }) => value)].flat();
      // The response for any problem has one example of many.
      expect(all).toHaveLength(example ? 1 : (schema.oneOf?.length ?? 1));
      for (const one of all)
        expect(one).toMatchObject({ type: expect.stringMatching(/^\/problems\//), status: expect.any(Number) });
    }
  });
});
