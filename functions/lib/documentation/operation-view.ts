import { escapeHtml } from '../formats/html.ts';
import { curlOf } from './curl.ts';
import { block, code, details, inline, prose, table } from './markup.ts';
import {
  type Body,
  type MediaType,
  nameOfReference,
  type OpenApiDocument,
  type Operation,
  type Place,
} from './open-api.ts';
import { namedRow, typeOf } from './schema-view.ts';

const written = (example: unknown) => (typeof example === 'string' ? example : JSON.stringify(example, null, 2));

function examplesOf({ example, examples = {} }: MediaType): string {
  const named = Object.entries(examples).map(([name, { summary, value }]) => [summary ?? name, value] as const);
  const all = example === undefined ? named : [['Example', example] as const, ...named];
  return all.map(([summary, value]) => details(inline(summary), block(written(value)))).join('');
}

function contentView({ content = {} }: Body): string {
  return Object.entries(content)
    .map(([mediaType, media]) => {
      const kind = media.schema && mediaType.includes('json') ? `: ${typeOf(media.schema)}` : '';
      return `<li>${code(mediaType)}${kind}${examplesOf(media)}</li>`;
    })
    .join('');
}

function headersView({ headers = {} }: Body, { components }: Pick<OpenApiDocument, 'components'>): string {
  const items = Object.entries(headers).map(([name, header]) => {
    const told = header.$ref ? components.headers[nameOfReference(header.$ref)] : header;
    return `<li>${code(name)}: ${inline(told?.description)}</li>`;
  });
  return items.length > 0 ? details('Headers', `<ul class="content">${items.join('')}</ul>`) : '';
}

function answersView({ responses }: Operation, { components }: OpenApiDocument): string {
  const rows = Object.entries(responses).map(([status, answer]) => {
    const { description, ...body } = answer.$ref ? (components.responses[nameOfReference(answer.$ref)] ?? {}) : answer;
    return [
      `<b>${escapeHtml(status)}</b>`,
      `${inline(description)}<ul class="content">${contentView(body)}</ul>${headersView(body, { components })}`,
    ];
  });
  return table(['Status', 'Answer'], rows);
}

function parametersView({ parameters = [] }: Operation): string {
  const rows = parameters.map(({ in: place, name, required = false, schema = {}, description }) => {
    const [label = '', ...rest] = namedRow(name, schema, required, description ?? schema.description ?? '');
    return [label, escapeHtml(place), ...rest];
  });
  return table(['Parameter', 'In', 'Kind', 'What it says'], rows);
}

/** One route with all that can be asked and answered there. */
export function operationView(place: Place, document: OpenApiDocument): string {
  const { method, path, operation } = place;
  const { operationId, summary, description, requestBody } = operation;
  const parameters = parametersView(operation);
  return [
    `<section class="operation" id="${escapeHtml(operationId)}">`,
    `<h3><a href="#${escapeHtml(operationId)}">${escapeHtml(summary)}</a></h3>`,
    `<p class="route"><b>${escapeHtml(method.toUpperCase())}</b> ${code(path)}</p>`,
    prose(description),
    path.startsWith('/') ? block(curlOf(place)) : '',
    parameters && `<h4>Parameters</h4>${parameters}`,
    requestBody
      ? `<h4>Body</h4>${prose(requestBody.description)}<ul class="content">${contentView(requestBody)}</ul>`
      : '',
    `<h4>Answers</h4>${answersView(operation, document)}`,
    '</section>',
  ].join('');
}
