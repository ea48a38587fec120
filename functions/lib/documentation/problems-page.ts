import { escapeHtml } from '../formats/html.ts';
import type { Page } from './layout.ts';
import { block, code, inline, link, prose } from './markup.ts';
import { nameOfReference, type OpenApiDocument, type Schema } from './open-api.ts';
import { schemaPath } from './schema-view.ts';

const mediaType = 'application/problem+json';

/** The anchor of a type of problem: the part after `/problems/`. */
export const problemAnchor = (type: string): string => nameOfReference(type);

interface ProblemType {
  readonly schema: string;
  readonly type: string;
  readonly status: string;
  readonly description: string;
  readonly example: unknown;
}

function problemTypesOf({ components, paths }: OpenApiDocument): ProblemType[] {
  const responses = [
    ...Object.values(components.responses),
    ...Object.values(paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ responses: own }) => Object.values(own)),
    ),
  ];
  const exampleOf = (type: string) =>
    responses
      .flatMap(({ content = {} }) => {
        const { example, examples = {} } = content[mediaType] ?? {};
        return [example, ...Object.values(examples).map(({ value }) => value)];
      })
      .find((example) => (example as { type?: string } | undefined)?.type === type);
  const references = (components.schemas.Problem?.oneOf ?? []).flatMap(({ $ref }) => $ref ?? []);
  return references.map((reference) => {
    const schema = nameOfReference(reference);
    const { properties = {}, description = '' }: Schema = components.schemas[schema] ?? {};
    const type = String(properties.type?.const);
    return { schema, type, status: String(properties.status?.const), description, example: exampleOf(type) };
  });
}

const titleOf = ({ status, type }: ProblemType) => `${escapeHtml(status)} ${code(problemAnchor(type))}`;

function view(problem: ProblemType): string {
  const { schema, type, description, example } = problem;
  const anchor = problemAnchor(type);
  return [
    `<section class="operation" aria-labelledby="${escapeHtml(anchor)}">`,
    `<h2 id="${escapeHtml(anchor)}">${link(`#${anchor}`, titleOf(problem))}</h2>`,
    prose(description),
    `<p>Its ${code('type')} is ${code(type)}, its schema ${link(schemaPath(schema), escapeHtml(schema))}.</p>`,
    example === undefined ? '' : block(JSON.stringify(example, null, 2)),
    '</section>',
  ].join('');
}

/** All types of problems (RFC 9457). */
export function problemsPage(document: OpenApiDocument): Page {
  const types = problemTypesOf(document);
  return {
    path: '/docs/problems',
    title: 'Problems',
    parts: types.map((problem) => ({ anchor: problemAnchor(problem.type), title: titleOf(problem) })),
    heading: 'Problems',
    lead: [
      `<p>${inline('An error response is a problem (RFC 9457) of the media type `application/problem+json`. Its `type` is one of these; its `detail` says what is wrong in this case, and what to do.')}</p>`,
      `<p>${inline('The gateway writes some errors itself, before it calls a function: as JSON with a `message`. They are 401 without a key, 403 with an unknown key, 413, 429 and 503.')}</p>`,
    ].join(''),
    content: types.map(view).join(''),
  };
}
