import { endpointDisabledType, pingType, verificationType } from '../../../events/webhooks/operational-types.ts';
import type { EndpointState } from '../subscribers/endpoint-state.ts';
import type { Endpoint } from '../subscribers/endpoints.ts';
import type { OutgoingMessage } from './post-message.ts';

/** What an endpoint is told that is no event of the record. */
export interface OperationalEvent {
  readonly id: string;
  /** The endpoint that it is about. */
  readonly about: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly data: object;
}

/** Of one endpoint, at one moment, there is one of a kind: the same every time that it is made. No dots: a signature has them between its parts. */
const idOf = (endpointId: string, kind: string, time: string) => `${endpointId}_${kind}_${Date.parse(time)}`;

/** The question whether messages are wanted, to be answered with the challenge. */
export function verificationEvent(
  { id }: Pick<Endpoint, 'id'>,
  { challenge, requestedAt: time }: NonNullable<EndpointState['verification']>,
): OperationalEvent {
  return { id: idOf(id, 'verification', time), about: id, type: verificationType, time, data: { challenge } };
}

/** A message that says nothing. */
export function pingEvent(
  { id }: Pick<Endpoint, 'id'>,
  { id: pingId, requestedAt: time }: NonNullable<EndpointState['ping']>,
): OperationalEvent {
  return { id: `${id}_ping_${pingId}`, about: id, type: pingType, time, data: {} };
}

/** That an endpoint was disabled because of what it answered. Its URL may hold what is for its owner's eyes; the owner reads this. */
export function disabledEvent({ id, url, description, contact }: Endpoint, state: EndpointState): OperationalEvent {
  const { disabledReason: reason, firstFailureAt = null, settledThrough, lastError } = state;
  const time = lastError?.at ?? firstFailureAt ?? new Date(0).toISOString();
  // Field by field: what was read from a table has them in another order, and one id has one body.
  const error = lastError ? { category: lastError.category, detail: lastError.detail } : {};
  const data = {
    endpoint: { id, url, description, contact },
    reason,
    firstFailureAt,
    settledThrough,
    lastError: error,
  };
  return { id: idOf(id, 'disabled', time), about: id, type: endpointDisabledType, time, data };
}

/** An operational event as it is sent: a CloudEvents 1.0 event, as all messages are. */
export function operationalMessage({ id, about, type, time, data }: OperationalEvent): OutgoingMessage {
  const event = { specversion: '1.0', id, source: `/webhook-endpoints/${about}`, type, time, data };
  return { id, body: JSON.stringify(event) };
}
