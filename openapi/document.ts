import { readFileSync } from 'node:fs';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { actorSchema } from '../events/catalogue/fields/actor.ts';
import { geometrySchema } from '../events/catalogue/fields/geometry.ts';
import { placeSchema } from '../events/catalogue/fields/place.ts';
import { quantitySchema } from '../events/catalogue/fields/quantity.ts';
import { relationSchema } from '../events/catalogue/fields/relation.ts';
import { sourceSchema } from '../events/catalogue/fields/source.ts';
import { whenSchema } from '../events/dates/when.ts';
import { type Route, routes } from '../functions/routes.ts';
import { dataComponents } from './event-schema.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { parametersOfPath, queryParameters } from './parameters.ts';
import { problemReplies } from './problems.ts';
import { webhooks } from './webhooks.ts';

const { version, license, description } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string; license: string; description: string };

const bearer = 'key';

const tags = [
  { name: 'Timelines', description: 'What happened, by range of dates.' },
  { name: 'Events', description: 'One event: as it stands, as it stood, and what was changed.' },
  { name: 'Stories', description: 'What the events are gathered in.' },
  { name: 'Record', description: 'What joined the record, in its order, and what was corrected.' },
  { name: 'Writing', description: 'Recording, correcting and retracting events. Needs a key.' },
  { name: 'Webhook endpoints', description: 'Where a newsroom lets messages be sent, and how it goes. Needs a key.' },
  {
    name: 'Deliveries',
    description: 'What was sent to an endpoint, what became of it, and sending it again. Needs a key.',
  },
  { name: 'Documentation', description: 'This document.' },
  { name: 'Webhooks', description: 'What subscribers are sent.' },
];

const components = {
  Actor: actorSchema,
  Geometry: geometrySchema,
  Place: placeSchema,
  Quantity: quantitySchema,
  Relation: relationSchema,
  Source: sourceSchema,
  When: whenSchema,
  ...dataComponents,
};

/**
 * Where JSON Schema has a word of its own, the pattern that zod writes beside it goes; and answers are open: a field that comes to them
 * later is no reason to refuse them.
 */
const override: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, zodSchema, io }) => {
  const { def } = zodSchema._zod;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === 'output' && def.type === 'object' && !('catchall' in def && def.catchall))
    delete jsonSchema.additionalProperties;
};

/** A header of the document as the table of routes names it. */
const inTable = (header: string) => (/^ce-/i.test(header) ? 'ce-*' : header.toLowerCase());

/** Asserts that the document describes the parameters and headers that the table of routes lets through. */
function assertDescribed({ method, path, query = [], headers = [] }: Route, operation: Operation): void {
  const described = [
    ...Object.keys(operation.query?.shape ?? {}),
    ...new Set(Object.keys(operation.headers?.shape ?? {}).map(inTable)),
  ].sort();
  const taken = [...query, ...headers].sort();
  if (described.join() === taken.join()) return;
  throw new Error(
    `${method} ${path} takes ${taken.join(', ')}, but openapi/operations describes ${described.join(', ')}.`,
  );
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { method, path, scope } = route;
  const operation = operations[`${method} ${path}` as keyof typeof operations];
  if (!operation)
    throw new Error(`The route ${method} ${path} has no description; openapi/operations has those of others.`);
  assertDescribed(route, operation);
  const { operationId, tag, summary, query, headers, body, answers, problems } = operation;
  return {
    operationId,
    tags: [tag],
    summary,
    description: scope ? `${operation.description}\n\nNeeds a key with the scope \`${scope}\`.` : operation.description,
    security: scope ? [{ [bearer]: [] }] : [],
    requestParams: {
      path: parametersOfPath(path),
      ...(query && { query: queryParameters(query) }),
      ...(headers && { header: headers }),
    },
    ...(body && { requestBody: { required: true, ...body } }),
    responses: { ...answers, ...problemReplies(problems, scope !== undefined) },
  };
}

/** In the order in which they are described: what is read first comes first. */
function pathsOf(): ZodOpenApiPathsObject {
  const keys = Object.keys(operations);
  const placeOf = ({ method, path }: Route) => keys.indexOf(`${method} ${path}`);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes.toSorted((one, other) => placeOf(one) - placeOf(other))) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

/**
 * The OpenAPI document, made of the table of routes and of the schemas by which the functions read what they are sent.
 *
 * @throws {Error} naming a route or a parameter that nobody described
 */
export function openApiDocument() {
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Timeline',
        version,
        summary: description,
        description:
          'Reading needs nothing; writing needs a key. Every GET answers HEAD too, is open to pages of any origin, compressed by what the client takes, and 304 to who has the answer already. Parameters stand once: an unknown, repeated or empty one is 400.',
        license: { name: 'Apache License 2.0', identifier: license },
      },
      servers: [{ url: '/', description: 'The host that serves this document.' }],
      tags,
      paths: pathsOf(),
      webhooks,
      components: {
        schemas: components,
        securitySchemes: {
          [bearer]: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A key `tl_<id>_<secret>`. It belongs to a newsroom and has scopes; each route says which it needs.',
          },
        },
      },
    },
    { override },
  );
}
