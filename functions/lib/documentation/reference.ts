import { escapeHtml } from '../formats/html.ts';
import { groupPage, placesOf } from './group-page.ts';
import { groupPath } from './groups.ts';
import { guidePath, guides } from './guides.ts';
import { layout, type Page } from './layout.ts';
import { anchorOf, block, code, headingsIn, inline, link, list, prose, table } from './markup.ts';
import type { OpenApiDocument, Place } from './open-api.ts';
import { problemsPage } from './problems-page.ts';
import { schemaPage, schemasPage } from './schema-pages.ts';
import { schemaPath } from './schema-view.ts';

const shell = `export TIMELINE=http://127.0.0.1:3000\nexport TIMELINE_KEY=tl_…`;

function rowOf(groupName: string, { method, path, operation }: Place): string[] {
  const { operationId, summary } = operation;
  return [
    link(`${groupPath(groupName)}#${operationId}`, escapeHtml(summary)),
    `<b>${escapeHtml(method.toUpperCase())}</b> ${code(path)}`,
  ];
}

function groupView({ tags }: OpenApiDocument, places: readonly Place[]): string {
  return tags
    .map(({ name, description }) => {
      const members = places.filter(({ operation }) => operation.tags.includes(name));
      const rows = members.map((place) => rowOf(name, place));
      return `<h3>${link(groupPath(name), escapeHtml(name))}</h3>${prose(description)}${table(name, ['Operation', 'Route'], rows)}`;
    })
    .join('');
}

/** The first page: an introduction to the API, the conventions of all routes, and links to each of them. */
export function overviewPage(document: OpenApiDocument): Page {
  const { title, version, summary, description } = document.info;
  const [introduction, ...conventions] = description.split('\n\n');
  const headings = [...headingsIn(description), 'Routes', 'Guides'];
  return {
    path: '/docs',
    title: 'Overview',
    parts: headings.map((heading) => ({ anchor: anchorOf(heading), title: escapeHtml(heading) })),
    heading: `${escapeHtml(title)} API`,
    lead: `<p class="lead">${inline(summary)}. Version ${escapeHtml(version)}.</p>${prose(introduction)}`,
    content: [
      prose(conventions.join('\n\n')),
      '<h2 id="routes">Routes</h2>',
      '<p>The examples on the pages of the routes are for a shell that knows the address and a key:</p>',
      block(shell),
      groupView(document, placesOf(document)),
      '<h2 id="guides">Guides</h2>',
      list(guides.map((guide) => link(guidePath(guide.name), escapeHtml(guide.title)))),
    ].join(''),
  };
}

const schemas = schemaPath('');

/** The page of the API reference at a path, as HTML; null if there is none. */
export function referencePage(document: OpenApiDocument, path: string): string | null {
  if (path === '/docs') return layout(overviewPage(document));
  if (path === '/docs/problems') return layout(problemsPage(document));
  if (path === '/docs/schemas') return layout(schemasPage(document));
  const page = path.startsWith(schemas) ? schemaPage(document, path.slice(schemas.length)) : groupPage(document, path);
  return page && layout(page);
}
