import type { Answer } from '../../http/answer.ts';
import type { Problem } from '../../http/problem.ts';
import type { Addressed } from './problem-page.ts';

/** Writes a problem as a page. What writes pages is loaded for the first of them. */
export async function writeProblem(problem: Problem, event: Addressed): Promise<Answer> {
  const { problemPage } = await import('./problem-page.ts');
  return problemPage(problem, event);
}
