import { escapeHtml } from '../formats/html.ts';
import { block, details, inline, prose } from './markup.ts';
import type { OpenApiDocument, Place } from './open-api.ts';
import { operationView } from './operation-view.ts';
import { problemsView } from './problems-view.ts';
import { schemaAnchor, schemaView } from './schema-view.ts';
import { style } from './style.ts';

const shell = `export TIMELINE=http://127.0.0.1:3000\nexport TIMELINE_KEY=tl_…`;

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

const link = (anchor: string, text: string) => `<a href="#${escapeHtml(anchor)}">${escapeHtml(text)}</a>`;

const group = (head: string, links: readonly string[]) =>
  `<div><b>${head}</b>${links.length > 0 ? `<ul>${links.map((one) => `<li>${one}</li>`).join('')}</ul>` : ''}</div>`;

function contentsOf({ tags, components }: OpenApiDocument, places: readonly Place[]): string {
  const groups = tags.map(({ name }) => {
    const mine = places.filter(({ operation }) => operation.tags.includes(name));
    return group(
      link(anchorOf(name), name),
      mine.map(({ operation }) => link(operation.operationId, operation.summary)),
    );
  });
  const schemas = Object.keys(components.schemas).map((name) => `<li>${link(schemaAnchor(name), name)}</li>`);
  const more = details(`${schemas.length} schemas`, `<ul>${schemas.join('')}</ul>`);
  return `<nav aria-label="Contents">${groups.join('')}${group(link('problems', 'Problems'), [])}${group(link('schemas', 'Schemas'), [])}${more}</nav>`;
}

function schemasOf({ components }: OpenApiDocument): string {
  const all = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<section class="schema" id="${escapeHtml(schemaAnchor(name))}"><h3>${escapeHtml(name)}</h3>${prose(schema.description)}${schemaView(schema)}</section>`,
  );
  return `<h2 id="schemas">Schemas</h2>${all.join('')}`;
}

function groupsOf(document: OpenApiDocument, places: readonly Place[]): string {
  const groups = document.tags.map(({ name, description }) => {
    const mine = places.filter(({ operation }) => operation.tags.includes(name));
    return `<h2 id="${anchorOf(name)}">${escapeHtml(name)}</h2>${prose(description)}${mine.map((place) => operationView(place, document)).join('')}`;
  });
  return groups.join('');
}

/** The description of the API as a page: it needs no script and nothing from anywhere else. */
export function documentationPage(document: OpenApiDocument): string {
  const { title, version, summary, description } = document.info;
  const places = placesOf(document);
  const keys = Object.values(document.components.securitySchemes).map((scheme) => prose(scheme.description));
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escapeHtml(title)} API ${escapeHtml(version)}</title><style>${style}</style></head><body>`,
    '<a class="skip" href="#main">To the routes</a><div class="page">',
    `<header><h1>${escapeHtml(title)} API</h1><p class="lead">${inline(summary)}. Version ${escapeHtml(version)}, by OpenAPI 3.1: `,
    `<a href="/v1/openapi.json">openapi.json</a>.</p>${prose(description)}${keys.join('')}`,
    `<p>The examples are for a shell that has the address and a key:</p>${block(shell)}</header>`,
    contentsOf(document, places),
    `<main id="main">${groupsOf(document, places)}`,
    '<h2 id="problems">Problems</h2><p>Whatever is refused is told as problem details (RFC 9457). Their types:</p>',
    problemsView(document),
    schemasOf(document),
    '</main></div></body></html>',
  ].join('');
}
