import type { Filter } from '../../../events/timeline/filter.ts';
import { type EndpointFilter, filterOfEndpoint } from '../../../events/webhooks/endpoint-filter.ts';
import { logger } from '../runtime/observability.ts';

const filters = new WeakMap<EndpointFilter, Filter>();

function parse(filter: EndpointFilter): Filter {
  try {
    return filterOfEndpoint(filter);
  } catch (error) {
    logger.error('The filter of an endpoint cannot be read; the endpoint receives everything.', error as Error);
    return {};
  }
}

/**
 * The filter of an endpoint, as events are matched with it. It was valid when it was accepted; should it not be any more, it matches
 * everything, so that nothing is kept from the endpoint and no other endpoint is held up.
 */
export function parsedFilter(filter: EndpointFilter): Filter {
  const parsed = filters.get(filter) ?? parse(filter);
  filters.set(filter, parsed);
  return parsed;
}
