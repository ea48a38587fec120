import { type Warning, warningsOf } from '../../../events/warnings.ts';
import type { KeyedRequest } from '../http/request.ts';
import { isDryRun } from '../runtime/dry-run.ts';
import type { PlacedEvent } from './story-warnings.ts';
import { isStrict } from './with-warnings.ts';

/**
 * The warnings for the events of a request. Only a dry run and a strict request look for them: no other write reads
 * anything for them, or waits for it. A strict request that cannot be compared with its stories is not at fault, and
 * fails by ours.
 */
export async function warningsFor(placed: readonly PlacedEvent[], request: KeyedRequest): Promise<Warning[]> {
  if (!isDryRun() && !isStrict(request)) return [];
  // Most requests do without, and it is a part of the code that takes time to load.
  const { storyWarnings } = await import('./story-warnings.ts');
  const own = placed.flatMap(({ event, pointer }) => warningsOf(event, request.now, pointer));
  return [...own, ...(await storyWarnings(placed, isStrict(request)))];
}
