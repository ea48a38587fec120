import type * as z from 'zod';
import { detailOf } from './error-messages.ts';
import { type InputError, InvalidInput } from './errors.ts';
import { pointerOf } from './pointer.ts';
import { unstorable } from './storable.ts';

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
