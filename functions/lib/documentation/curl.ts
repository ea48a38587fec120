import type { Operation, Parameter, Place, Schema } from './open-api.ts';

/** Of the parameters that may be left out, those that say most of what a timeline is asked for. */
const telling = ['from', 'to', 'story'];

/** Only where there is this one are `from` and `to` about when something happened. */
const ofTimelines = 'match';

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

const sampleOf = ({ examples, enum: values, default: usual, minimum }: Schema = {}) =>
  String(examples?.[0] ?? values?.[0] ?? usual ?? minimum ?? '');

function addressOf(path: string, parameters: readonly Parameter[]): string {
  const samples = new Map(parameters.map(({ name, schema }) => [name, sampleOf(schema)]));
  const filled = path.replaceAll(/\{(\w+)\}/g, (_match, name) => samples.get(name) ?? '');
  const told = samples.has(ofTimelines) ? telling : [];
  const query = parameters
    .filter(({ in: place, name, required }) => place === 'query' && (required || told.includes(name)))
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

/** How to ask in a shell that has the address in `TIMELINE`, and a key in `TIMELINE_KEY` where one is needed. */
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
