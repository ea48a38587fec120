import { groupPage } from './group-page.ts';
import { layout } from './layout.ts';
import type { OpenApiDocument } from './open-api.ts';
import { overviewPage } from './overview-page.ts';
import { problemsPage } from './problems-page.ts';
import { schemaPage, schemasPage } from './schema-pages.ts';
import { schemaPath } from './schema-view.ts';

const schemas = schemaPath('');

/** The page of the API reference at a path, as HTML; null if there is none. */
export function referencePage(document: OpenApiDocument, path: string): string | null {
  if (path === '/docs') return layout(overviewPage(document));
  if (path === '/docs/problems') return layout(problemsPage(document));
  if (path === '/docs/schemas') return layout(schemasPage(document));
  const page = path.startsWith(schemas) ? schemaPage(document, path.slice(schemas.length)) : groupPage(document, path);
  return page && layout(page);
}
