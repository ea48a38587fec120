import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

/** A parameter or schema of the document, as far as it is read here. */
interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: object;
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly parameters?: readonly Parameter[];
            readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
          }
        >
      >
    >
  >;
}

/** Operations whose queries have types, by the names of these. */
const queries = {
  TimelineQuery: '/v1/timeline',
  CountsQuery: '/v1/timeline/counts',
  FacetsQuery: '/v1/timeline/facets',
  CorrectionsQuery: '/v1/corrections',
  ChangesQuery: '/v1/changes',
  DeliveriesQuery: '/v1/webhook-endpoints/{endpoint}/deliveries',
};

/** What the generator says of each type: where it found it. It is the end of a comment, or a comment of its own. */
const found = ' \\* This interface was referenced by `Schemas`\'s JSON-Schema\n \\* via the `definition` "\\w+"\\.\n';
const foundAlone = new RegExp(`/\\*\\*\n${found} \\*/\n`, 'g');
const foundAtEnd = new RegExp(` \\*\n${found}`, 'g');

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Schemas refer to each other alone: a description beside a reference would make a copy of what it refers to. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if ('$ref' in value) return { $ref: String(value.$ref).replace('#/components/schemas/', '#/definitions/') };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

function queryOf({ paths }: Document, path: string): object {
  const parameters = paths[path]?.get?.parameters?.filter(({ in: place }) => place === 'query') ?? [];
  return {
    type: 'object',
    additionalProperties: false,
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(
      parameters.map(({ name, schema, description }) => [name, { ...schema, description }]),
    ),
  };
}

/** The types of the OpenAPI document. */
async function typesOf(document: Document): Promise<string> {
  const definitions = {
    ...document.components.schemas,
    ...Object.fromEntries(Object.entries(queries).map(([name, path]) => [name, queryOf(document, path)])),
    StoryBody: document.paths['/v1/stories/{story}']?.put?.requestBody?.content['application/json']?.schema,
  };
  const types = await compile(plain({ title: 'Schemas', definitions }) as JSONSchema, 'Schemas', {
    additionalProperties: false,
    bannerComment: '// Written from openapi.json by `npm run client`.',
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
  });
  return types.replaceAll(foundAlone, '').replaceAll(foundAtEnd, '');
}

const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));
writeFileSync(`${folder}src/schemas.ts`, await typesOf(document));
// The package contains its licence.
copyFileSync(new URL('../../LICENSE', import.meta.url), `${folder}LICENSE`);
const compiler = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
execFileSync(process.execPath, [compiler, '--project', folder], { stdio: 'inherit' });
