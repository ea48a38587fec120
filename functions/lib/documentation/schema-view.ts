import { escapeHtml } from '../formats/html.ts';
import { code, inline, link, table } from './markup.ts';
import { nameOfReference, type OpenApiDocument, type Schema } from './open-api.ts';

const shownExamples = 3;

/** The address of the page of a schema. */
export const schemaPath = (name: string): string => `/docs/schemas/${name}`;

/** The type of a value, in a few words. */
export function typeOf(schema: Schema): string {
  const { $ref, type, format, items, oneOf, anyOf, const: constant, enum: values } = schema;
  if ($ref) return link(schemaPath(nameOfReference($ref)), escapeHtml(nameOfReference($ref)));
  const choices = oneOf ?? anyOf;
  if (choices) return choices.map(typeOf).join(' or ');
  if (constant !== undefined) return code(JSON.stringify(constant));
  if (values) return `<span class="values">${values.map((value) => code(String(value))).join(' ')}</span>`;
  if (items) return `list of ${typeOf(items)}`;
  return escapeHtml(`${[type ?? 'any'].flat().join(' or ')}${format ? ` (${format})` : ''}`);
}

function noteOf({ description, default: standard, examples = [] }: Schema): string {
  const shown = examples
    .slice(0, shownExamples)
    .map((example) => code(typeof example === 'string' ? example : JSON.stringify(example)));
  return [
    inline(description),
    standard === undefined || description?.includes('Default') ? '' : `Default: ${code(String(standard))}.`,
    shown.length > 0 ? `Example: ${shown.join(', ')}.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

type Schemas = OpenApiDocument['components']['schemas'];

/** The row of a table for a named value. If it has no description, the row has that of its type. */
export function namedRow(name: string, schema: Schema, isRequired: boolean, schemas: Schemas): string[] {
  const { $ref } = schema;
  const type = $ref === undefined ? undefined : schemas[nameOfReference($ref)];
  const note = noteOf({ description: type?.description ?? '', ...schema });
  return [`${code(name)}${isRequired ? ' <b>required</b>' : ''}`, typeOf(schema), note];
}

/** The fields of an object. Fields of nested objects are named by their whole path. */
function fieldRows({ properties = {}, required = [] }: Schema, path: string, schemas: Schemas): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    namedRow(path + name, schema, required.includes(name), schemas),
    ...fieldRows(schema, `${path}${name}.`, schemas),
    ...(schema.items ? fieldRows(schema.items, `${path}${name}[].`, schemas) : []),
  ]);
}

/** The view of a schema: its fields, or the types that it may have. */
export function schemaView(schema: Schema, { components }: OpenApiDocument): string {
  const fields = table('Fields', ['Field', 'Type', 'Description'], fieldRows(schema, '', components.schemas));
  return fields || `<p>${typeOf(schema)}</p>`;
}
