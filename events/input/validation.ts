import type * as z from 'zod';
import { detailOf } from './error-messages.ts';
import { type InputError, InvalidInput } from './errors.ts';
import { maximumErrors } from './limits.ts';
import { parseOptions } from './parse-options.ts';
import { pointerOf } from './pointer.ts';

/** Deeper than any schema, and shallow enough for code that walks a value by recursion. */
const maximumDepth = 32;

const loneSurrogate =
  'Holds half of a surrogate pair (\\uD800 to \\uDFFF alone), which is not a character. Send the whole character.';

function fault(value: unknown): string | undefined {
  if (typeof value === 'string' && !value.isWellFormed()) return loneSurrogate;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'Is a number beyond what a double can hold.';
  return undefined;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * Whether a JSON value has no fault, in name or value, and is not too deep. Nearly all have none: no pointer is made to
 * find that out.
 */
function isStorable(input: unknown): boolean {
  let level: unknown[] = [input];
  for (let depth = 0; level.length > 0; depth++) {
    const inside: unknown[] = [];
    for (const value of level) {
      if (fault(value)) return false;
      if (!isContainer(value)) continue;
      if (depth === maximumDepth) return false;
      if (Array.isArray(value)) {
        for (const item of value) inside.push(item);
        continue;
      }
      for (const [name, member] of Object.entries(value)) {
        if (!name.isWellFormed()) return false;
        inside.push(member);
      }
    }
    level = inside;
  }
  return true;
}

/**
 * The parts of a JSON value that have no canonical form (RFC 8785), so that they can be neither hashed nor returned as
 * they were sent: lone surrogates, also in names, and numbers that are not finite. Too deep nesting is an error too.
 * The walk is iterative, so that deep nesting cannot overflow the stack, and ends after the maximum of errors.
 */
function unstorable(value: unknown, pointer: string): InputError[] {
  const errors: InputError[] = [];
  if (isStorable(value)) return errors;
  const waiting: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer, depth: 0 }];
  for (let next = waiting.pop(); next && errors.length <= maximumErrors; next = waiting.pop()) {
    const at = next.pointer;
    const detail = fault(next.value);
    if (detail) errors.push({ pointer: at, detail });
    if (!isContainer(next.value)) continue;
    if (next.depth === maximumDepth) {
      errors.push({ pointer: at, detail: `Is nested more than ${maximumDepth} levels deep.` });
      continue;
    }
    for (const [name, member] of Object.entries(next.value).reverse()) {
      const inside = pointerOf([name], at);
      if (!name.isWellFormed()) errors.push({ pointer: inside, detail: loneSurrogate });
      waiting.push({ value: member, pointer: inside, depth: next.depth + 1 });
    }
  }
  return errors;
}

function errorsOfIssue(issue: z.core.$ZodIssue, pointer: string): InputError[] {
  const at = pointerOf(issue.path, pointer);
  // Each unknown field is an error of its own, at its own pointer.
  const pointers = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => pointerOf([key], at)) : [at];
  return pointers.map((place) => ({ pointer: place, detail: issue.message }));
}

/**
 * All errors of a JSON value: where it does not match the schema, and where it cannot be stored as it was sent. At most
 * one error for each place, with its JSON pointer below `pointer`.
 */
export function errorsOf(schema: z.ZodType, input: unknown, pointer = ''): InputError[] {
  const { error } = schema.safeParse(input, { ...parseOptions(schema), error: detailOf });
  const issues = error?.issues.flatMap((issue) => errorsOfIssue(issue, pointer)) ?? [];
  const all = [...unstorable(input, pointer), ...issues];
  const seen = new Set<string>();
  return all.filter((error) => {
    const place = 'pointer' in error ? error.pointer : '';
    return !seen.has(place) && seen.add(place);
  });
}

/**
 * Asserts that a JSON value matches a schema. The value is not converted.
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
