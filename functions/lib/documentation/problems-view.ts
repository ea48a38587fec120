import { escapeHtml } from '../formats/html.ts';
import { code, inline, table } from './markup.ts';
import { nameOfReference, type OpenApiDocument } from './open-api.ts';
import { typeOf } from './schema-view.ts';

/** All types of problems (RFC 9457), by status. */
export function problemsView({ components }: OpenApiDocument): string {
  const references = (components.schemas.Problem?.oneOf ?? []).flatMap(({ $ref }) => $ref ?? []);
  const rows = references.map((reference) => {
    const { properties = {}, description } = components.schemas[nameOfReference(reference)] ?? {};
    return [
      `<b>${escapeHtml(String(properties.status?.const))}</b>`,
      code(String(properties.type?.const)),
      `${inline(description)} ${typeOf({ $ref: reference })}`,
    ];
  });
  return table(['Status', 'Type', 'What it says'], rows);
}
