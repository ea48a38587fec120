import { InvalidInput } from '../../../events/input/errors.ts';
import { maximumErrors } from '../../../events/input/limits.ts';
import type { Warning } from '../../../events/warnings.ts';
import type { Answer } from '../http/answer.ts';
import { queryParameters } from '../http/query-parameters.ts';
import { strictQuerySchema } from '../http/query-schemas.ts';
import type { KeyedRequest } from '../http/request.ts';

/** Whether the warnings of a request are errors. */
export const isStrict = (request: KeyedRequest): boolean =>
  queryParameters(request, strictQuerySchema).strict === 'true';

/** Asserts that a strict request has no warnings. @throws {InvalidInput} with the warnings as its errors */
export function assertNoWarnings(warnings: readonly Warning[], request: KeyedRequest): void {
  if (warnings.length > 0 && isStrict(request)) throw new InvalidInput(warnings);
}

/** The answer of a write with its warnings, if there are any: the first hundred. */
export function withWarnings(answer: Answer, warnings: readonly Warning[]): Answer {
  if (warnings.length === 0 || typeof answer.body !== 'object') return answer;
  return { ...answer, body: { ...answer.body, warnings: warnings.slice(0, maximumErrors) } };
}
