import * as z from 'zod';
import type { Filter } from '../../../../events/timeline/filter.ts';
import { filterOfEndpoint } from '../../../../events/webhooks/audience.ts';
import type { AcceptedFilter } from '../../../../events/webhooks/endpoint-filter.ts';
import { logger } from '../../runtime/observability.ts';

const parsedFilters = new WeakMap<AcceptedFilter, Filter>();

const isText = (value: unknown) => typeof value === 'string';
const isTextOrList = (value: unknown) => isText(value) || (Array.isArray(value) && value.every(isText));
const isFilter = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.values(value).every(isTextOrList);

/**
 * The filter of an endpoint as it is stored. Its values were checked when it was accepted. They are not checked again,
 * since the catalogue may be stricter by now and the endpoint must stay readable.
 */
export const storedFilterSchema = z.custom<AcceptedFilter>(isFilter, 'is not a filter');

/** An endpoint with its filter as it is stored. */
interface Filtered {
  readonly id: string;
  readonly filter: AcceptedFilter;
}

function parse({ id, filter }: Filtered): Filter {
  try {
    return filterOfEndpoint(filter);
  } catch (error) {
    logger.error('The filter of an endpoint is not valid any more. The endpoint receives everything.', {
      endpointId: id,
      error: error as Error,
    });
    return {};
  }
}

/**
 * The filter of an endpoint as events are matched with it. A filter that is not valid any more matches everything: the
 * endpoint misses nothing, and no other endpoint has to wait.
 */
export function parsedFilter(endpoint: Filtered): Filter {
  const { filter } = endpoint;
  const parsed = parsedFilters.get(filter) ?? parse(endpoint);
  parsedFilters.set(filter, parsed);
  return parsed;
}
