import type { Attempt } from '../subscribers/attempts.ts';

/** An attempt as the owner of the endpoint is shown it: with the status of the answer, or with what went wrong. */
export function attemptAnswer({ at, outcome, durationMs, answer }: Attempt) {
  const isStatus = /^\d{3}$/.test(outcome);
  return { at, status: isStatus ? Number(outcome) : null, error: isStatus ? null : outcome, durationMs, answer };
}
