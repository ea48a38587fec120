import { endpointDisabledType, pingType, verificationType } from '../../../events/webhooks/operational-types.ts';
import type { EndpointState } from '../subscribers/endpoints/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints/endpoints.ts';
import type { OutgoingMessage } from './post-message.ts';

/** A message that is no event of the record, about an endpoint. */
export interface OperationalEvent {
  readonly id: string;
  /** The id of the endpoint that it is about. */
  readonly about: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly data: object;
}

/**
 * The id of the message of one kind about one endpoint at one instant. It is the same whenever it is made. It contains
 * no dots, since a signature covers the id and other parts with dots between them.
 */
const idOf = (endpointId: string, kind: string, time: string) => `${endpointId}_${kind}_${Date.parse(time)}`;

/** The message that asks a receiver to send back the challenge, which proves that it wants messages. */
export function verificationEvent(
  { id }: Pick<Endpoint, 'id'>,
  { challenge, requestedAt: time }: NonNullable<EndpointState['verification']>,
): OperationalEvent {
  return { id: idOf(id, 'verification', time), about: id, type: verificationType, time, data: { challenge } };
}

/** The message of a ping, which has no data. */
export function pingEvent(
  { id }: Pick<Endpoint, 'id'>,
  { id: pingId, requestedAt: time }: NonNullable<EndpointState['ping']>,
): OperationalEvent {
  return { id: `${id}_ping_${pingId}`, about: id, type: pingType, time, data: {} };
}

/**
 * The message that an endpoint was disabled. It goes to other endpoints of the same owner, and so may contain the URL,
 * which may hold a secret.
 */
export function disabledEvent({ id, url, description, contact }: Endpoint, state: EndpointState): OperationalEvent {
  const { disabledReason: reason, firstFailureAt = null, settledThrough, lastError } = state;
  const time = lastError?.at ?? firstFailureAt ?? new Date(0).toISOString();
  // Field by field: the same id must always have the same body, and the order of fields in a stored item may differ.
  const error = lastError ? { category: lastError.category, detail: lastError.detail } : {};
  const data = {
    endpoint: { id, url, description, contact: contact || null },
    reason,
    firstFailureAt,
    settledThrough,
    lastError: error,
  };
  return { id: idOf(id, 'disabled', time), about: id, type: endpointDisabledType, time, data };
}

/** An operational event as it is sent: a CloudEvent (CloudEvents 1.0), as all messages are. */
export function operationalMessage({ id, about, type, time, data }: OperationalEvent): OutgoingMessage {
  const event = { specversion: '1.0', id, source: `/webhook-endpoints/${about}`, type, time, data };
  return { id, body: JSON.stringify(event) };
}
