import type * as z from 'zod';
import { type InputError, InvalidInput } from './errors.ts';
import { pointerOf } from './pointer.ts';
import { unstorable } from './storable.ts';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** How the JSON of a value is called in a message. */
const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return kinds[typeof value] ?? typeof value;
}

function missingOr(issue: RawIssue, detail: string): string {
  if (issue.input === undefined) return `Is required. ${detail}`;
  if (issue.input === null) return `${detail} Or leave it out: null is not taken.`;
  return detail;
}

function sizeOf(issue: RawIssue & { code: 'too_big' | 'too_small' }): string {
  const limit = issue.code === 'too_big' ? `at most ${issue.maximum}` : `at least ${issue.minimum}`;
  if (issue.origin === 'array') return `Must hold ${limit} ${limit.endsWith(' 1') ? 'item' : 'items'}.`;
  if (issue.origin === 'string') return `Must have ${limit} ${limit.endsWith(' 1') ? 'character' : 'characters'}.`;
  return `Must be ${limit}.`;
}

/** What to do about an issue for which the schema has no words of its own. */
function detailOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const expected = `Must be ${kinds[issue.expected] ?? issue.expected}`;
      return missingOr(issue, issue.input == null ? `${expected}.` : `${expected}, not ${kindOf(issue.input)}.`);
    }
    case 'invalid_value':
      return missingOr(issue, `Must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}.`);
    case 'invalid_union':
      return `Must be one of ${(issue.options as unknown[]).join(', ')}.`;
    case 'too_big':
    case 'too_small':
      return sizeOf(issue);
    case 'unrecognized_keys': {
      const { def } = (issue.inst as z.core.$ZodObject)._zod;
      return `Is not a field that is known here. Leave it out, or use one of: ${Object.keys(def.shape).join(', ')}.`;
    }
    default:
      return 'Is not valid.';
  }
}

function errorsOfIssue(issue: z.core.$ZodIssue, pointer: string): InputError[] {
  const at = pointerOf(issue.path, pointer);
  // Each unknown field is an error of its own, at its own pointer.
  const pointers = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => pointerOf([key], at)) : [at];
  return pointers.map((place) => ({ pointer: place, detail: issue.message }));
}

/**
 * All that is wrong with a JSON value: what a schema says, and what could not be stored faithfully whatever the schema.
 * One error a place, with its JSON pointer below `pointer`.
 */
export function errorsOf(schema: z.ZodType, input: unknown, pointer = ''): InputError[] {
  const { error } = schema.safeParse(input, { error: detailOf });
  const issues = error?.issues.flatMap((issue) => errorsOfIssue(issue, pointer)) ?? [];
  const all = [...unstorable(input, pointer), ...issues];
  const seen = new Set<string>();
  return all.filter((one) => {
    const place = 'pointer' in one ? one.pointer : '';
    return !seen.has(place) && seen.add(place);
  });
}

/**
 * Asserts that a JSON value is what a schema describes. The value itself is what to go on with: nothing is converted.
 *
 * @throws {InvalidInput} with all errors, their pointers below `pointer`
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  pointer = '',
): asserts input is z.infer<Schema> {
  const errors = errorsOf(schema, input, pointer);
  if (errors.length > 0) throw new InvalidInput(errors);
}
