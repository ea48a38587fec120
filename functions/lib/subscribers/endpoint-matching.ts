import { type Filter, type Filtered, matches } from '../../../events/timeline/filter.ts';
import { type EndpointFilter, filterOfEndpoint } from '../../../events/webhooks/webhook-endpoint.ts';
import { logger } from '../runtime/observability.ts';

const filters = new WeakMap<EndpointFilter, Filter>();

/** It was understood when it was accepted. Should it be no more, nothing is kept from its endpoint, and nobody else is held up. */
function understood(filter: EndpointFilter): Filter {
  try {
    return filterOfEndpoint(filter);
  } catch (error) {
    logger.error('The filter of an endpoint cannot be read; it gets all.', error as Error);
    return {};
  }
}

/**
 * Whether the filter of an endpoint takes an event as one revision has it.
 *
 * @throws what comes of an event that cannot be read
 */
export function matchesEndpoint(filter: EndpointFilter, revision: Filtered): boolean {
  const parsed = filters.get(filter) ?? understood(filter);
  filters.set(filter, parsed);
  return matches(parsed, revision);
}
