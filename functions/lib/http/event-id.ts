import { eventIdPattern } from '../../../events/identity.ts';
import { NotFound } from '../../../events/input/errors.ts';
import type { Request } from './request.ts';

/**
 * The event id in the path.
 *
 * @throws NotFound if it is none
 */
export function eventIdIn({ pathParameters: { id = '' } }: Pick<Request, 'pathParameters'>): string {
  if (!eventIdPattern.test(id)) throw new NotFound('There is no event with this id. Ids of events begin with evt_.');
  return id;
}
