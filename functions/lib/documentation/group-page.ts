import { escapeHtml } from '../formats/html.ts';
import { groupPath } from './groups.ts';
import type { Page } from './layout.ts';
import { prose } from './markup.ts';
import type { OpenApiDocument, Place } from './open-api.ts';
import { operationView } from './operation-view.ts';

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
