import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** An answer, as far as the document says something of it. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed, if it is JSON. */
  readonly body?: unknown;
}

interface Answer {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, { $ref?: string; required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

interface Operation {
  readonly tags: readonly string[];
  readonly responses: Readonly<Record<string, Answer>>;
}

const file = join(import.meta.dirname, '..', '..', '..', 'openapi.json');
const id = 'https://timeline.example/openapi.json';

/** The committed document. */
export const openApi = JSON.parse(readFileSync(file, 'utf8'));

/** Clients are to take fields that come to answers later; here a field that nobody described is a fault. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]));
  const isObject = members.type === 'object' && typeof members.properties === 'object';
  return isObject && !('additionalProperties' in members) ? { ...members, additionalProperties: false } : members;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(closed(openApi) as object, id);

const validators = new Map<string, ValidateFunction>();

/** Reads a place in the document as a JSON Schema, with a reader that is not ours. */
function validatorAt(pointer: string): ValidateFunction {
  const known = validators.get(pointer) ?? ajv.compile({ $ref: `${id}#${pointer}` });
  validators.set(pointer, known);
  return known;
}

const escaped = (name: string) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));

/** What is wrong with a value by the schema at a place in the document. */
export function faultsOf(pointer: string, value: unknown): string[] {
  const validate = validatorAt(pointer);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The path of the document that a path fits, such as `/v1/events/{id}`. */
function pathOf(path: string): string | undefined {
  const fits = (template: string) =>
    new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  return Object.keys(openApi.paths).find((template) => template === path) ?? Object.keys(openApi.paths).find(fits);
}

/** Headers of HTTP itself, which every response may have, and those of caches, of the gateway and of browsers. */
const general = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'cache-control',
  'vary',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'content-security-policy',
  'referrer-policy',
  'x-content-type-options',
]);

/** What a `$ref` refers to. */
const referred = (reference: string) =>
  reference
    .slice(2)
    .split('/')
    .reduce((value, name) => value[name], openApi);

/** One answer of one route, as the document names it. */
const nameOf = (method: string, template: string, status: string | number) => `${method} ${template} ${status}`;

/** Whether a function gives this answer: the gateway alone answers in a form of its own. */
function isOfFunction(answer: Answer): boolean {
  const { content = {} }: Answer = answer.$ref ? referred(answer.$ref) : answer;
  return (
    !JSON.stringify(content['application/json']?.schema ?? {}).includes('GatewayMessage') ||
    'application/problem+json' in content
  );
}

/** All answers that the document gives the routes of some groups, but for those that only the gateway gives. */
export function documentedAnswers(tags: readonly string[]): string[] {
  const operations = Object.entries(openApi.paths as Record<string, Record<string, Operation>>).flatMap(
    ([template, methods]) => Object.entries(methods).map(([method, operation]) => ({ template, method, ...operation })),
  );
  return operations
    .filter((operation) => operation.tags.some((tag) => tags.includes(tag)))
    .flatMap(({ template, method, responses }) =>
      Object.entries(responses)
        .filter(([status, answer]) => status !== 'default' && isOfFunction(answer))
        .map(([status]) => nameOf(method.toUpperCase(), template, status)),
    )
    .sort();
}

/** The answer that the document has for a request. */
export const documentedAnswer = (method: string, path: string, status: number): string =>
  nameOf(method === 'HEAD' ? 'GET' : method, pathOf(path) ?? path, status);

/** Headers that are missing though the document requires them, or that it does not name. */
function headerFaults({ headers: described = {} }: Answer, headers: Answered['headers']): string[] {
  const missing = Object.entries(described)
    .filter(([name, header]) => header.required && headers[name.toLowerCase()] === undefined)
    .map(([name]) => `the header ${name} is missing`);
  const known = new Set([...general, ...Object.keys(described).map((name) => name.toLowerCase())]);
  const unknown = Object.keys(headers)
    .filter((name) => headers[name] !== undefined && !known.has(name))
    .map((name) => `the header ${name} is not documented`);
  return [...missing, ...unknown];
}

/**
 * What an answer has that the document does not say, or has not though the document says so.
 *
 * @param path without the query
 */
export function undocumentedIn(method: string, path: string, { status, headers, body }: Answered): string[] {
  const template = pathOf(path) ?? '';
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const operation: Operation | undefined = openApi.paths[template]?.[verb];
  if (!operation) return [`${method} ${path} is not documented`];
  const direct = operation.responses[status];
  if (!direct) return [`${method} ${template} is answered ${status}, which is not documented`];
  const pointer = direct.$ref ? direct.$ref.slice(1) : `/paths/${escaped(template)}/${verb}/responses/${status}`;
  const answer: Answer = direct.$ref ? referred(direct.$ref) : direct;
  const missing = headerFaults(answer, headers);
  const mediaType = headers['content-type']?.split(';')[0] ?? '';
  if (!answer.content || method === 'HEAD') return missing;
  const written = Object.keys(answer.content).find((name) => name.split(';')[0] === mediaType);
  if (written === undefined) return [...missing, `${mediaType} is not documented for ${status}`];
  if (!mediaType.includes('json') || body === undefined) return missing;
  return [...missing, ...faultsOf(`${pointer}/content/${escaped(written)}/schema`, body)];
}
