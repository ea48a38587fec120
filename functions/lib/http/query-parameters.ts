import type * as z from 'zod';
import { detailOf } from '../../../events/input/error-messages.ts';
import { InvalidInput } from '../../../events/input/errors.ts';

function decode(parameter: string, text: string): string {
  try {
    // A plus sign is a space in a query (application/x-www-form-urlencoded), whoever wrote it.
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new InvalidInput([{ parameter, detail: 'Is not percent-encoded UTF-8: write % as %25.' }]);
  }
}

function pairsOf(rawQuery: string): [name: string, value: string][] {
  return rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const rawName = equals < 0 ? pair : pair.slice(0, equals);
      const name = decode(rawName, rawName);
      return [name, equals < 0 ? '' : decode(name, pair.slice(equals + 1))];
    });
}

/**
 * The query as the schema's typed record. It is read from the raw query, since the gateway merges repeated parameters.
 *
 * @example queryParameters('limit=5&story=a', z.strictObject({ limit: z.string().optional(), story: z.string() }))
 * @throws {InvalidInput} naming the parameter that is unknown, repeated, empty, wrongly encoded or against the schema
 */
export function queryParameters<S extends z.ZodObject>(rawQuery: string, schema: S): z.output<S> {
  const known = Object.keys(schema.shape);
  const values = new Map<string, string>();
  for (const [parameter, value] of pairsOf(rawQuery)) {
    const refuse = (detail: string) => new InvalidInput([{ parameter, detail }]);
    if (!known.includes(parameter)) {
      throw refuse(`Is not a parameter here. ${known.length ? `There are: ${known.join(', ')}.` : 'There are none.'}`);
    }
    if (values.has(parameter)) throw refuse('Stands more than once; give it once.');
    if (value === '') throw refuse('Is empty; leave it out or give it a value.');
    values.set(parameter, value);
  }
  const result = schema.safeParse(Object.fromEntries(values), { error: detailOf });
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.map((issue) => ({ parameter: String(issue.path[0] ?? ''), detail: issue.message })),
  );
}
