import type * as z from 'zod';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];

/** The names of JSON types in error messages. */
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
  return (Array.isArray(value) ? kinds.array : kinds[typeof value]) ?? typeof value;
}

function typeDetail(expected: string, input: unknown): string {
  const kind = kinds[expected] ?? expected;
  if (input === undefined) return `Is required: ${kind}.`;
  return expected === 'int' ? `Must be ${kind}.` : `Must be ${kind}, not ${kindOf(input)}.`;
}

function valueDetail(values: readonly unknown[], input: unknown): string {
  const choice = values.length > 1 ? `one of ${values.join(', ')}` : String(values[0]);
  return `${input === undefined ? 'Is required:' : 'Must be'} ${choice}.`;
}

function sizeDetail(limit: string, origin: string): string {
  const plural = limit.endsWith(' 1') ? '' : 's';
  if (origin === 'array') return `Must hold ${limit} item${plural}.`;
  if (origin === 'string') return `Must have ${limit} character${plural}.`;
  return `Must be ${limit}.`;
}

/** The error message of an issue whose schema has no message of its own. */
export function detailOf(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeDetail(issue.expected, issue.input);
    case 'invalid_value':
      return valueDetail(issue.values, issue.input);
    case 'invalid_union':
      return valueDetail(issue.options as unknown[], issue.input);
    case 'too_big':
      return sizeDetail(`at most ${issue.maximum}`, issue.origin);
    case 'too_small':
      return sizeDetail(`at least ${issue.minimum}`, issue.origin);
    case 'unrecognized_keys': {
      const { shape } = (issue.inst as z.core.$ZodObject)._zod.def;
      const known = Object.keys(shape);
      if (known.length === 0) return 'Is not a known field: this object has none. Leave it out.';
      return `Is not a known field. Leave it out, or use one of: ${known.join(', ')}.`;
    }
    default:
      return 'Is not valid.';
  }
}
