import { escapeHtml } from '../formats/html.ts';
import { inline, prose } from './markup.ts';
import type { OpenApiDocument } from './open-api.ts';
import { operationView, type Place } from './operation-view.ts';
import { schemaAnchor, schemaView } from './schema-view.ts';
import { style } from './style.ts';

function placesOf({ paths, webhooks }: OpenApiDocument): Place[] {
  const all = [
    ...Object.entries(paths),
    ...Object.entries(webhooks).map(([name, item]) => [`→ ${name}`, item] as const),
  ];
  return all.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
}

const anchorOf = (tag: string) => `tag-${tag.toLowerCase()}`;

function contentsOf(document: OpenApiDocument, places: readonly Place[]): string {
  const groups = document.tags.map(({ name }) => {
    const links = places
      .filter(({ operation }) => operation.tags.includes(name))
      .map(
        ({ operation }) =>
          `<li><a href="#${escapeHtml(operation.operationId)}">${escapeHtml(operation.summary)}</a></li>`,
      );
    return `<b><a href="#${anchorOf(name)}">${escapeHtml(name)}</a></b><ul>${links.join('')}</ul>`;
  });
  return `<nav aria-label="Contents">${groups.join('')}<b><a href="#schemas">Schemas</a></b></nav>`;
}

function schemasOf({ components }: OpenApiDocument): string {
  const all = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section class="schema" id="${escapeHtml(schemaAnchor(name))}"><h3>${escapeHtml(name)}</h3>${prose(schema.description)}${schemaView(schema)}</section>`,
  );
  return `<h2 id="schemas">Schemas</h2>${all.join('')}`;
}

/** The description of the API as a page: it needs no script and nothing from anywhere else. */
export function documentationPage(document: OpenApiDocument): string {
  const { title, version, summary, description } = document.info;
  const places = placesOf(document);
  const groups = document.tags.map(({ name, description: about }) => {
    const mine = places.filter(({ operation }) => operation.tags.includes(name));
    return `<h2 id="${anchorOf(name)}">${escapeHtml(name)}</h2>${prose(about)}${mine.map((place) => operationView(place, document)).join('')}`;
  });
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)} API ${escapeHtml(version)}</title><style>${style}</style></head><body><div class="page">`,
    contentsOf(document, places),
    `<main><h1>${escapeHtml(title)} API</h1><p class="lead">${inline(summary)}. Version ${escapeHtml(version)}, by OpenAPI 3.1: `,
    '<a href="/v1/openapi.json">openapi.json</a>.</p>',
    prose(description),
    groups.join(''),
    schemasOf(document),
    '</main></div></body></html>',
  ].join('');
}
