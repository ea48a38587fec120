import { readFileSync } from 'node:fs';
import * as z from 'zod';
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { actorSchema } from '../events/catalogue/fields/actor.ts';
import { geometrySchema } from '../events/catalogue/fields/geometry.ts';
import { imageSchema } from '../events/catalogue/fields/image.ts';
import { placeSchema } from '../events/catalogue/fields/place.ts';
import { quantitySchema } from '../events/catalogue/fields/quantity.ts';
import { relationSchema } from '../events/catalogue/fields/relation.ts';
import { resultSchema } from '../events/catalogue/fields/result.ts';
import { sourceSchema } from '../events/catalogue/fields/source.ts';
import { whenSchema } from '../events/dates/when.ts';
import { groups } from '../functions/lib/documentation/groups.ts';
import { dryRunSchema } from '../functions/lib/http/query-schemas.ts';
import { type Route, routes } from '../functions/routes.ts';
import { dataComponents } from './event-schema.ts';
import { introduction } from './introduction.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { describedQuery, parametersOfPath } from './parameters.ts';
import { problemReplies } from './problems.ts';
import { webhooks } from './webhooks.ts';

const { version, license, description } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string; license: string; description: string };

const bearer = 'key';

const components = {
  Actor: actorSchema(),
  Geometry: geometrySchema(),
  Image: imageSchema(),
  Place: placeSchema(),
  Quantity: quantitySchema(),
  Relation: relationSchema(),
  Source: sourceSchema(),
  VoteResult: resultSchema(),
  When: whenSchema(),
  ...dataComponents,
};

/**
 * Corrects the JSON Schema that zod writes: it adds the default of a number, and removes patterns of numbers and of
 * values with a `format`. Responses allow additional fields, since clients must accept fields that are added later.
 */
const override: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, zodSchema, io }) => {
  const { def } = zodSchema._zod;
  if (jsonSchema.format === 'date-time' || jsonSchema.type === 'integer') delete jsonSchema.pattern;
  if (def.type === 'default' && jsonSchema.type === 'integer') jsonSchema.default = def.defaultValue as number;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === 'output' && def.type === 'object' && !('catchall' in def && def.catchall))
    delete jsonSchema.additionalProperties;
};

/** The parameters of a route: its own, and `dryRun` if it changes something. */
const queryOf = ({ quota }: Route, { query }: Operation): z.ZodObject | undefined =>
  quota ? (query ?? z.object({})).extend({ dryRun: dryRunSchema }) : query;

/** The name of a header in the table of routes. */
const inTable = (header: string) => (/^ce-/i.test(header) ? 'ce-*' : header.toLowerCase());

/** Asserts that the document describes exactly the parameters and headers that the table of routes allows. */
function assertDescribed(route: Route, operation: Operation): void {
  const { method, path, query = [], headers = [] } = route;
  const described = [
    ...Object.keys(queryOf(route, operation)?.shape ?? {}),
    ...new Set(Object.keys(operation.headers?.shape ?? {}).map(inTable)),
  ].sort();
  const allowed = [...query, ...headers].sort();
  if (described.join() === allowed.join()) return;
  throw new Error(
    `${method} ${path} allows ${allowed.join(', ')}, but openapi/operations describes ${described.join(', ')}.`,
  );
}

/** What a key needs and what a request counts as, by the table of routes. */
function accessText({ scope, quota, otherQuota, neverRefused }: Route): string {
  const either = otherQuota ? `${quota} or of ${otherQuota}` : quota;
  const counts = quota ? ` A request counts against the newsroom's daily quota of ${either}` : '';
  const refused = neverRefused ? ', but is never refused for it' : '';
  const needed = scope === 'any' ? 'with any scope' : `with the scope \`${scope}\``;
  return scope ? `\n\nNeeds a key ${needed}.${counts && `${counts}${refused}.`}` : '';
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { method, path, scope, quota, neverRefused } = route;
  const operation = operations[`${method} ${path}` as keyof typeof operations];
  if (!operation) throw new Error(`The route ${method} ${path} has no description. Add one in openapi/operations.`);
  assertDescribed(route, operation);
  const { operationId, tag, summary, headers, body, answers, problems } = operation;
  const query = queryOf(route, operation);
  return {
    operationId,
    tags: [tag],
    summary,
    description: `${operation.description}${accessText(route)}`,
    security: scope ? [{ [bearer]: [] }] : [],
    requestParams: {
      path: parametersOfPath(path),
      ...(query && { query: describedQuery(query) }),
      ...(headers && { header: headers }),
    },
    ...(body && { requestBody: { required: true, ...body } }),
    responses: {
      ...problemReplies(
        [...problems, ...(quota && !neverRefused ? ['quotaExceeded' as const, 'paceExceeded' as const] : [])],
        scope !== undefined,
      ),
      ...answers,
    },
  };
}

/** The paths in the order in which openapi/operations describes them. */
function pathsOf(): ZodOpenApiPathsObject {
  const keys = Object.keys(operations);
  const placeOf = ({ method, path }: Route) => keys.indexOf(`${method} ${path}`);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes.toSorted((left, right) => placeOf(left) - placeOf(right))) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return paths;
}

/**
 * The OpenAPI document. It is made from the table of routes, and from the schemas by which the functions read requests
 * and write responses.
 *
 * @throws {Error} when a route or a parameter has no description; the message names it
 */
export function openApiDocument() {
  return createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'Timeline',
        version,
        summary: description,
        description: introduction,
        license: { name: 'Apache License 2.0', identifier: license },
      },
      servers: [{ url: '/', description: 'The host that serves this document.' }],
      tags: [...groups],
      paths: pathsOf(),
      webhooks,
      components: {
        schemas: components,
        securitySchemes: {
          [bearer]: {
            type: 'http',
            scheme: 'bearer',
            description:
              'A key such as `tl_<id>_<secret>`, sent as `Authorization: Bearer tl_…`. It belongs to a newsroom and has scopes. Each route names the scope that it needs.',
          },
        },
      },
    },
    { override },
  );
}

/** The content of `openapi.json`. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
