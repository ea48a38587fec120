import type { Actor } from '../../../events/catalogue/fields/actor.ts';
import type { Entry } from '../../../events/timeline/entry-schema.ts';
import { durationInWords } from '../words/duration-in-words.ts';
import { fieldLabel } from '../words/field-label.ts';
import { plainWords } from '../words/plain-words.ts';
import { quantityInWords } from '../words/quantity-in-words.ts';
import { momentInWords } from '../words/when-in-words.ts';
import type { Words } from '../words/words.ts';
import { type Field, ownFieldsOf, type Shape, sharedFields } from './field-shape.ts';

/** A value in words, with the address that it links to. */
export interface FactValue {
  readonly text: string;
  readonly href?: string;
}

/** A fact of an entry: a label, and one value or several. */
export interface Fact {
  readonly label: string;
  readonly values: readonly FactValue[];
}

/** The name of an actor with its role, or of a place. */
export const nameWithRole = ({ name, role }: Pick<Actor, 'name' | 'role'>): string =>
  role === undefined ? name : `${name} (${role})`;

/** The field of a type that says whose its figures are. It is shown with each of them. */
const attribution = 'reportedBy';

/** What the words for a value depend on. */
interface Context {
  readonly words: Words;
  readonly type: string;
  /** Whose the figures are; null if the event does not say. */
  readonly reporter: string | null;
}

type Members = Readonly<Record<string, unknown>>;

const memberOf = (members: Members, name: string): unknown =>
  Object.hasOwn(members, name) ? members[name] : undefined;

const holdsQuantity = ({ shape }: Field): boolean => {
  const inner = shape.kind === 'list' ? shape.item : shape;
  return inner.kind === 'quantity' || (inner.kind === 'group' && inner.fields.some(holdsQuantity));
};

/** A text of a shape without parts. */
function leafText(kind: Shape['kind'], value: unknown, path: string, { words, reporter }: Context): string {
  switch (kind) {
    case 'actor':
    case 'place':
      return nameWithRole(value as Actor);
    case 'quantity':
      return quantityInWords(value as Parameters<typeof quantityInWords>[0], words, reporter);
    case 'moment':
      return momentInWords(value as string, words);
    case 'duration':
      return durationInWords(value as string, words);
    case 'flag':
      return value === true ? words.yes : words.no;
    case 'number':
      return words.figures.number(value as number);
    case 'choice':
      return words.choices[`${path}.${value}`] ?? plainWords(String(value));
    default:
      return String(value);
  }
}

/** The parts of a group in one text, which links to the address among them if there is one. */
function groupValue(fields: readonly Field[], members: Members, path: string, context: Context): FactValue {
  const { words, type } = context;
  const address = fields.find(({ name, shape }) => shape.kind === 'address' && memberOf(members, name) !== undefined);
  const parts = fields
    .filter((field) => field !== address)
    .flatMap(({ name, shape }) => {
      const below = `${path}.${name}`;
      const texts = valuesOf(shape, memberOf(members, name), below, context).map(({ text }) => text);
      const label = fieldLabel(words, type, below, name);
      return texts.length === 0 || label === null ? [] : [{ label, text: words.joined(texts) }];
    });
  const texts = parts.map(({ label, text }) => (label === '' ? text : words.labelled(label, text)));
  const [first = '', ...rest] = texts;
  const isLed = parts[0]?.label === '' && rest.length > 0;
  const text = isLed ? `${first} (${words.listed(rest)})` : words.listed(texts);
  if (!address) return { text };
  const href = String(memberOf(members, address.name));
  return { text: text === '' ? href : text, href };
}

function valuesOf(shape: Shape, value: unknown, path: string, context: Context): FactValue[] {
  if (value === undefined || value === null) return [];
  if (shape.kind === 'list') return (value as unknown[]).flatMap((item) => valuesOf(shape.item, item, path, context));
  if (shape.kind === 'group') return [groupValue(shape.fields, value as Members, path, context)];
  const text = leafText(shape.kind, value, path, context);
  return [shape.kind === 'address' ? { text, href: text } : { text }];
}

const isAddress = ({ shape }: Field) => shape.kind === 'address';

/** The facts of some fields. A group becomes a fact for each of its fields, unless all of it is one link. */
function factsIn(fields: readonly Field[], data: Members, context: Context, above = ''): Fact[] {
  return fields.flatMap(({ name, shape }): Fact[] => {
    const value = memberOf(data, name);
    const path = `${above}${name}`;
    if (value === undefined || value === null) return [];
    if (shape.kind === 'group' && !shape.fields.some(isAddress)) {
      return factsIn(shape.fields, value as Members, context, `${path}.`);
    }
    const label = fieldLabel(context.words, context.type, path, path);
    const values = valuesOf(shape, value, path, context);
    return values.length === 0 || label === null ? [] : [{ label, values }];
  });
}

/** The fields of the type of an entry that it has, those of them with figures, and whose the figures are. */
function ownFieldsIn({ type, data }: Pick<Entry, 'type' | 'data'>, words: Words) {
  const members = data as Members;
  const fields = ownFieldsOf(type);
  const figures = fields.filter((field) => memberOf(members, field.name) !== undefined && holdsQuantity(field));
  const reporter = fields.find(({ name, shape }) => name === attribution && shape.kind === 'actor');
  const named = reporter && figures.length > 0 ? (memberOf(members, reporter.name) as Actor | undefined) : undefined;
  const shown = named ? fields.filter((field) => field !== reporter) : fields;
  const context: Context = { words, type, reporter: named ? nameWithRole(named) : null };
  return { members, shown, figures, context };
}

/**
 * The facts that an entry has by the schema of its type, in the order of the schema: no type needs code of its own.
 *
 * A figure says whose it is. So the field that says it is left out where there are figures.
 */
export function ownFacts(entry: Pick<Entry, 'type' | 'data'>, words: Words): Fact[] {
  const { members, shown, context } = ownFieldsIn(entry, words);
  return factsIn(shown, members, context);
}

/** The figures among them. */
export function figureFacts(entry: Pick<Entry, 'type' | 'data'>, words: Words): Fact[] {
  const { members, figures, context } = ownFieldsIn(entry, words);
  return factsIn(figures, members, context);
}

/** The facts that events of all types may have, and which no format shows in a place of its own. */
export const sharedFacts = ({ type, data }: Pick<Entry, 'type' | 'data'>, words: Words): Fact[] =>
  factsIn(sharedFields, data as Members, { words, type, reporter: null });
