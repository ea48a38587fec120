import { Forbidden } from '../../../events/input/errors.ts';
import type { EndpointFilter } from '../../../events/webhooks/endpoint-filter.ts';
import { endpointDisabledType } from '../../../events/webhooks/operational-types.ts';
import { storyOutside } from '../http/key-stories.ts';
import type { Caller } from '../http/request.ts';

/**
 * Whether a key may manage an endpoint with this filter: one that is limited to stories, only if the filter is limited
 * to them too.
 */
export function mayManage(caller: Caller, { stories = [], types = [] }: EndpointFilter): boolean {
  if (caller.stories.length === 0) return true;
  // Messages about disabled endpoints are about all endpoints of the newsroom.
  return stories.length > 0 && storyOutside(caller, stories) === undefined && !types.includes(endpointDisabledType);
}

/**
 * Asserts that a key may give an endpoint a filter.
 *
 * @throws {Forbidden} if it may not; the error says what the filter needs
 */
export function assertMayManage(caller: Caller, filter: EndpointFilter): void {
  if (mayManage(caller, filter)) return;
  throw new Forbidden(
    `The key is limited to the stories ${caller.stories.join(', ')}. The filter of an endpoint needs \`stories\`, all of them among these, and cannot have the type ${endpointDisabledType}.`,
  );
}
