import { maximumErrors } from '../../../events/input/limits.ts';
import type { Warning } from '../../../events/warnings.ts';
import type { Answer } from '../http/answer.ts';
import { isDryRun } from '../runtime/dry-run.ts';

/** The answer of a write. In a dry run it has warnings, if there are any: the first hundred. */
export function withWarnings(answer: Answer, warnings: readonly Warning[]): Answer {
  if (!isDryRun() || warnings.length === 0 || typeof answer.body !== 'object') return answer;
  return { ...answer, body: { ...answer.body, warnings: warnings.slice(0, maximumErrors) } };
}
