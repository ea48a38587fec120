import { escapeHtml } from '../formats/html.ts';
import { curlOf } from './curl.ts';
import { groupPath } from './groups.ts';
import type { Page } from './layout.ts';
import { block, code, details, inline, link, list, prose, table } from './markup.ts';
import {
  type Body,
  type MediaType,
  nameOfReference,
  type OpenApiDocument,
  type Operation,
  type Place,
} from './open-api.ts';
import { problemAnchor } from './problems-page.ts';
import { namedRow, schemaView, typeOf } from './schema-view.ts';

const problemMediaType = 'application/problem+json';

const written = (example: unknown) => (typeof example === 'string' ? example : JSON.stringify(example, null, 2));

function examplesOf({ example, examples = {} }: MediaType): string {
  const named = Object.entries(examples).map(([name, { summary, value }]) => [summary ?? name, value] as const);
  const all = example === undefined ? named : [['Example', example] as const, ...named];
  return all.map(([summary, value]) => details(inline(summary), block(written(value)))).join('');
}

function contentView({ content = {} }: Body, document: OpenApiDocument): string {
  const items = Object.entries(content).map(([mediaType, media]) => {
    const type = media.schema && mediaType.includes('json') ? `: ${typeOf(media.schema)}` : '';
    const fields = media.schema?.properties ? schemaView(media.schema, document) : '';
    return `${code(mediaType)}${type}${fields}${examplesOf(media)}`;
  });
  return items.length > 0 ? list(items, { class: 'content' }) : '';
}

function headersView({ headers = {} }: Body, { components }: OpenApiDocument): string {
  const items = Object.entries(headers).map(([name, header]) => {
    const { description } = header.$ref ? (components.headers[nameOfReference(header.$ref)] ?? {}) : header;
    return `${code(name)}: ${inline(description)}`;
  });
  return items.length > 0 ? details('Headers', list(items, { class: 'content' })) : '';
}

const responsesOf = ({ responses }: Operation, { components }: OpenApiDocument): [status: string, body: Body][] =>
  Object.entries(responses).map(([status, response]) => [
    status,
    response.$ref ? (components.responses[nameOfReference(response.$ref)] ?? {}) : response,
  ]);

const isError = ([status, { content = {} }]: [string, Body]) =>
  problemMediaType in content || JSON.stringify(content).includes('GatewayMessage') || status === 'default';

function responsesView(operation: Operation, document: OpenApiDocument): string {
  const rows = responsesOf(operation, document)
    .filter((response) => !isError(response))
    .map(([status, body]) => [
      `<b>${escapeHtml(status)}</b>`,
      `${inline(body.description)}${contentView(body, document)}${headersView(body, document)}`,
    ]);
  return table('Responses', ['Status', 'Response'], rows);
}

/** The types of problems in a response, as links to their explanations. */
function problemLinks({ content = {} }: Body, { components }: OpenApiDocument): string[] {
  const { $ref, oneOf = [], anyOf = [] } = content[problemMediaType]?.schema ?? {};
  const references = $ref ? [$ref] : [...oneOf, ...anyOf].flatMap((option) => option.$ref ?? []);
  return references.map((reference) => {
    const type = String(components.schemas[nameOfReference(reference)]?.properties?.type?.const);
    return link(`/docs/problems#${problemAnchor(type)}`, code(problemAnchor(type)));
  });
}

function errorsView(operation: Operation, document: OpenApiDocument): string {
  const rows = responsesOf(operation, document)
    .filter((response) => isError(response) && response[0] !== 'default')
    .map(([status, body]) => [
      `<b>${escapeHtml(status)}</b>`,
      problemLinks(body, document).join(' or ') || 'of the gateway',
      inline(body.description),
    ]);
  return table('Errors', ['Status', 'Problem', 'When'], rows);
}

function parametersView({ parameters = [] }: Operation, { components }: OpenApiDocument): string {
  const rows = parameters.map(({ in: place, name, required = false, schema = {}, description }) => {
    const about = description === undefined ? schema : { ...schema, description };
    const [label = '', ...rest] = namedRow(name, about, required, components.schemas);
    return [label, escapeHtml(place), ...rest];
  });
  return table('Parameters', ['Parameter', 'In', 'Type', 'Description'], rows);
}

/** A route with its parameters, body, responses and errors. */
export function operationView(place: Place, document: OpenApiDocument): string {
  const { method, path, operation } = place;
  const { operationId, summary, description, requestBody } = operation;
  const parameters = parametersView(operation, document);
  const errors = errorsView(operation, document);
  const responses = responsesView(operation, document);
  return [
    `<section class="operation" aria-labelledby="${escapeHtml(operationId)}">`,
    `<h2 id="${escapeHtml(operationId)}">${link(`#${operationId}`, escapeHtml(summary))}</h2>`,
    `<p class="route"><b>${escapeHtml(method.toUpperCase())}</b> ${code(path)}</p>`,
    prose(description),
    path.startsWith('/') ? block(curlOf(place)) : '',
    parameters && `<h3>Parameters</h3>${parameters}`,
    requestBody ? `<h3>Body</h3>${prose(requestBody.description)}${contentView(requestBody, document)}` : '',
    responses && `<h3>Responses</h3>${responses}`,
    errors && `<h3>Errors</h3>${errors}`,
    '</section>',
  ].join('');
}

/** The routes and webhooks of a document, in its order. */
export function placesOf({ paths, webhooks }: OpenApiDocument): Place[] {
  const all = [
    ...Object.entries(paths),
    ...Object.entries(webhooks).map(([name, item]) => [`webhook ${name}`, item] as const),
  ];
  return all.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
}

/** The page of a group of routes; null if there is no group at that path. */
export function groupPage(document: OpenApiDocument, path: string): Page | null {
  const group = document.tags.find(({ name }) => groupPath(name) === path);
  if (!group) return null;
  const { name, description } = group;
  const members = placesOf(document).filter(({ operation }) => operation.tags.includes(name));
  // A path whose first operation is in another group comes last.
  const isShared = ({ path: route }: Place) =>
    Object.values(document.paths[route] ?? {}).findIndex(({ tags }) => tags.includes(name)) > 0;
  const places = [...members.filter((place) => !isShared(place)), ...members.filter(isShared)];
  return {
    path,
    title: name,
    parts: places.map(({ operation }) => ({ anchor: operation.operationId, title: escapeHtml(operation.summary) })),
    heading: escapeHtml(name),
    lead: prose(description),
    content: places.map((place) => operationView(place, document)).join(''),
  };
}
