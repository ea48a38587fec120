import type * as z from 'zod';
import { detailOf } from '../../../events/input/error-messages.ts';
import { InvalidInput } from '../../../events/input/errors.ts';
import type { Request } from './request.ts';

/**
 * The parameters of a query as the schema's typed record. The route has refused those that it does not take.
 *
 * @throws {InvalidInput} naming the parameters that the schema refuses
 */
export function queryParameters<S extends z.ZodObject>({ query }: Pick<Request, 'query'>, schema: S): z.output<S> {
  const result = schema.safeParse(query, { error: detailOf });
  if (result.success) return result.data;
  throw new InvalidInput(
    result.error.issues.map((issue) => ({ parameter: String(issue.path[0] ?? ''), detail: issue.message })),
  );
}
