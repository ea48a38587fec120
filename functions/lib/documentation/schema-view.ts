import { escapeHtml } from '../formats/html.ts';
import { code, inline, table } from './markup.ts';
import { nameOfReference, type Schema } from './open-api.ts';

/** Where a schema stands on the page. */
export const schemaAnchor = (name: string): string => `schema-${name}`;

const linked = (reference: string) => {
  const name = nameOfReference(reference);
  return `<a href="#${escapeHtml(schemaAnchor(name))}">${escapeHtml(name)}</a>`;
};

/** What kind of value it is, in a few words. */
export function typeOf(schema: Schema): string {
  const { $ref, type, items, oneOf, anyOf, const: constant, enum: values } = schema;
  if ($ref) return linked($ref);
  const choices = oneOf ?? anyOf;
  if (choices) return choices.map(typeOf).join(' or ');
  if (constant !== undefined) return code(JSON.stringify(constant));
  if (values) return `<span class="values">${values.map((value) => code(String(value))).join(' ')}</span>`;
  if (items) return `list of ${typeOf(items)}`;
  return escapeHtml([type ?? 'any'].flat().join(' or '));
}

function noteOf({ description, default: usual, examples }: Schema): string {
  const shown = (examples ?? [])
    .slice(0, 3)
    .map((example) => code(typeof example === 'string' ? example : JSON.stringify(example)));
  return [
    inline(description),
    usual === undefined ? '' : `Usually ${code(String(usual))}.`,
    shown.length > 0 ? `Such as ${shown.join(', ')}.` : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** The row of a value that has a name. */
export function namedRow(name: string, schema: Schema, isRequired: boolean, description?: string): string[] {
  const about = description === undefined ? schema : { ...schema, description };
  return [`${code(name)}${isRequired ? ' <b>required</b>' : ''}`, typeOf(schema), noteOf(about)];
}

/** The fields of an object, those of objects within it by their whole path. */
function fieldRows({ properties = {}, required = [] }: Schema, path: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    namedRow(path + name, schema, required.includes(name)),
    ...fieldRows(schema, `${path}${name}.`),
    ...(schema.items ? fieldRows(schema.items, `${path}${name}[].`) : []),
  ]);
}

/** A schema in full: its fields, or what it may be. */
export function schemaView(schema: Schema): string {
  const fields = table(['Field', 'Kind', 'What it says'], fieldRows(schema, ''));
  return fields || `<p>${typeOf(schema)}</p>`;
}
