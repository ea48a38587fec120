import type * as z from 'zod';
import { detailOf } from '../../../events/input/error-messages.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import { parseOptions } from '../../../events/input/parse-options.ts';
import type { Request } from './request.ts';

function decode(parameter: string, text: string): string {
  try {
    // A plus sign is a space in a query (application/x-www-form-urlencoded).
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new InvalidInput([{ parameter, detail: 'Is not percent-encoded UTF-8. Write % as %25.' }]);
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
 * A query as the form of a page sends it, without the fields that were left empty.
 *
 * @example withoutEmptyFields('from=&to=2020') // 'to=2020'
 */
export const withoutEmptyFields = (rawQuery: string): string =>
  rawQuery
    .split('&')
    .filter((pair) => !/^[^=]*=(\+|%20)*$/.test(pair))
    .join('&');

/**
 * The parameters of a query, each once. It is read from the raw query, since the gateway merges repeated parameters.
 *
 * @param known the parameters that the route takes
 * @throws {InvalidInput} naming the parameter that is unknown, repeated, empty or wrongly encoded
 */
export function readQuery(rawQuery: string, known: readonly string[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [parameter, value] of pairsOf(rawQuery)) {
    const refuse = (detail: string) => new InvalidInput([{ parameter, detail }]);
    if (!known.includes(parameter)) {
      const taken = known.length > 0 ? `It takes: ${known.join(', ')}.` : 'It takes none.';
      throw refuse(`Is not a parameter of this route. ${taken}`);
    }
    if (values.has(parameter)) throw refuse('Is given more than once; give it once.');
    if (value === '') throw refuse('Is empty; leave it out or give it a value.');
    values.set(parameter, value);
  }
  return Object.fromEntries(values);
}

/**
 * The parameters of a query as the schema's typed record. The route has refused those that it does not take.
 *
 * @throws {InvalidInput} naming the parameters that the schema refuses
 */
export function queryParameters<S extends z.ZodObject>({ query }: Pick<Request, 'query'>, schema: S): z.output<S> {
  const result = schema.safeParse(query, { ...parseOptions(schema), error: detailOf });
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.map((issue) => ({ parameter: String(issue.path[0] ?? ''), detail: issue.message })),
  );
}
