import type { Operation, Parameter, Place, Schema } from './open-api.ts';

/** Optional parameters of timelines that the example shows. */
const shownParameters = ['from', 'to', 'story'];

/** A parameter that only routes for timelines have. In other routes, `from` and `to` limit the time of publication. */
const ofTimelines = 'match';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const sampleOf = ({ examples, enum: values, default: usual, minimum }: Schema = {}) =>
  String(examples?.[0] ?? values?.[0] ?? usual ?? minimum ?? '');

function addressOf(path: string, parameters: readonly Parameter[]): string {
  const samples = new Map(parameters.map(({ name, schema }) => [name, sampleOf(schema)]));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name) => samples.get(name) ?? '');
  const optional = samples.has(ofTimelines) ? shownParameters : [];
  const query = parameters
    .filter(({ in: place, name, required }) => place === 'query' && (required || optional.includes(name)))
    .map(({ name }) => `${name}=${encodeURIComponent(samples.get(name) ?? '')}`);
  return `"$TIMELINE${filled}${query.length > 0 ? `?${query.join('&')}` : ''}"`;
}

function bodyOf({ requestBody }: Operation): string[] {
  const [sent] = Object.entries(requestBody?.content ?? {});
  if (!sent) return [];
  const [mediaType, { example, examples = {} }] = sent;
  const value = example ?? Object.values(examples)[0]?.value;
  return [`--header 'Content-Type: ${mediaType}'`, `--data ${quoted(JSON.stringify(value, null, 2))}`];
}

/** The curl command for a route, for a shell with the address in `TIMELINE` and a key in `TIMELINE_KEY`. */
export function curlOf({ method, path, operation }: Place): string {
  const { parameters = [], security = [] } = operation;
  const body = bodyOf(operation);
  const headers = parameters.filter(({ in: place, required }) => place === 'header' && required);
  const usual = body.length > 0 ? 'POST' : 'GET';
  return [
    `curl ${addressOf(path, parameters)}`,
    ...(method.toUpperCase() === usual ? [] : [`--request ${method.toUpperCase()}`]),
    ...(security.length > 0 ? ['--header "Authorization: Bearer $TIMELINE_KEY"'] : []),
    ...headers.map(({ name, schema }) => `--header ${quoted(`${name}: ${sampleOf(schema)}`)}`),
    ...body,
  ].join(' \\\n  ');
}
