import { escapeHtml } from '../formats/html.ts';
import type { Page } from './layout.ts';
import { inline, link, prose, table } from './markup.ts';
import type { OpenApiDocument, Schema } from './open-api.ts';
import { schemaPath, schemaView } from './schema-view.ts';

const indexPath = '/docs/schemas';

/** The kinds of schemas. A schema belongs to the first kind that its name fits. */
const kinds = [
  { title: 'Problems', fits: (name: string) => /Problem$|^InputError$|^GatewayMessage$/.test(name) },
  { title: 'Events as they are posted', fits: (name: string) => /Event$|^EventBatch$/.test(name) },
  { title: 'Data of events', fits: (name: string) => /Data$/.test(name) },
  { title: 'Entries', fits: (name: string) => /^Entry|Entry$/.test(name) },
  { title: 'Bodies of other requests', fits: (name: string) => /Body$|^EndpointFilter$/.test(name) },
  { title: 'Fields and responses', fits: () => true },
] as const;

type Named = readonly [name: string, schema: Schema];

function groupsOf(schemas: readonly Named[]): { title: string; members: readonly Named[] }[] {
  const byTitle = Map.groupBy(schemas, ([name]) => kinds.find(({ fits }) => fits(name))?.title);
  return kinds.toReversed().flatMap(({ title }) => {
    const members = byTitle.get(title);
    return members ? [{ title, members }] : [];
  });
}

const anchorOfTitle = (title: string) => title.toLowerCase().replaceAll(' ', '-');

const rowOf = ([name, { description }]: Named) => [link(schemaPath(name), escapeHtml(name)), inline(description)];

/** The list of all schemas. */
export function schemasPage({ components }: OpenApiDocument): Page {
  const byName = Object.entries(components.schemas).sort(([left], [right]) => (left < right ? -1 : 1));
  const groups = groupsOf(byName);
  const views = groups.map(
    ({ title, members }) =>
      `<h2 id="${anchorOfTitle(title)}">${escapeHtml(title)}</h2>${table(title, ['Schema', 'Description'], members.map(rowOf))}`,
  );
  return {
    path: indexPath,
    title: 'Schemas',
    parts: groups.map(({ title }) => ({ anchor: anchorOfTitle(title), title: escapeHtml(title) })),
    heading: 'Schemas',
    lead: '<p>The JSON of requests and responses, by type.</p>',
    content: views.join(''),
  };
}

/** The page of a schema; null if there is no schema of that name. */
export function schemaPage(document: OpenApiDocument, name: string): Page | null {
  const { components } = document;
  const schema = Object.hasOwn(components.schemas, name) ? components.schemas[name] : undefined;
  if (!schema) return null;
  return {
    path: schemaPath(name),
    title: name,
    parent: indexPath,
    parts: [],
    heading: escapeHtml(name),
    lead: prose(schema.description),
    content: schemaView(schema, document),
  };
}
