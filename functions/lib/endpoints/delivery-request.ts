import { NotFound } from '../../../events/input/errors.ts';
import type { Request } from '../http/request.ts';
import type { Delivery } from '../subscribers/deliveries.ts';
import { readDelivery } from '../subscribers/delivery-lists.ts';

/**
 * The delivery at the position in the path, of an endpoint that the caller owns.
 *
 * @throws {NotFound} if there is none, or none any more
 */
export async function deliveryIn(
  { pathParameters: { position = '' } }: Pick<Request, 'pathParameters'>,
  endpointId: string,
): Promise<Delivery> {
  const delivery = /^[1-9]\d{0,11}$/.test(position) ? await readDelivery(endpointId, Number(position)) : null;
  if (delivery) return delivery;
  throw new NotFound('The endpoint has no delivery of this position, or none any more.');
}
