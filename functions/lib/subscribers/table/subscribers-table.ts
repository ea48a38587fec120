import { environment } from '../../runtime/environment.ts';
import { positionKey } from '../../runtime/position-key.ts';

/** The table of endpoints, their deliveries and the recipients of events. Its keys are named only here. */
export const subscribersTable = environment('SUBSCRIBERS_TABLE');

const attemptDigits = 6;

/** The partition of the active endpoints, which fan-out matches revisions with. Its version rises with every change. */
export const activeEndpointsPartition = 'ACTIVE';
export const activeEndpointPrefix = 'E#';
export const activeEndpointsVersionKey = { pk: activeEndpointsPartition, sk: 'VERSION' };
export const activeEndpointKey = (endpointId: string) => ({
  pk: activeEndpointsPartition,
  sk: `${activeEndpointPrefix}${endpointId}`,
});

/**
 * The partition of one endpoint: all its items but its secrets, its entry among the active endpoints and in the list of
 * its owner.
 */
export const endpointPartition = (endpointId: string) => `W#${endpointId}`;
export const endpointKey = (endpointId: string) => ({ pk: endpointPartition(endpointId), sk: 'ENDPOINT' });
export const stateKey = (endpointId: string) => ({ pk: endpointPartition(endpointId), sk: 'STATE' });

/** The filters that an endpoint had since it fell behind. */
export const formerFiltersKey = (endpointId: string) => ({ pk: endpointPartition(endpointId), sk: 'FORMER_FILTERS' });

/**
 * Secrets have a partition of their own: most functions are denied all partitions that begin so
 * (infra/bindings/bind-subscribers.ts).
 */
export const secretsKey = (endpointId: string) => ({ pk: `S#${endpointId}`, sk: 'SECRETS' });

/** The endpoints of an owner, by id. */
export const ownerPartition = (owner: string) => `O#${owner}`;
export const ownedKey = (owner: string, endpointId: string) => ({ pk: ownerPartition(owner), sk: endpointId });

export const deliveryPrefix = 'D#';
export const deliveryKey = (endpointId: string, position: number) => ({
  pk: endpointPartition(endpointId),
  sk: `${deliveryPrefix}${positionKey(position)}`,
});

/** The sort keys of the attempts of one delivery begin so. The number of the attempt follows. */
export const attemptPrefix = (position: number) => `A#${positionKey(position)}#`;
export const attemptKey = (endpointId: string, position: number, number: number) => ({
  pk: endpointPartition(endpointId),
  sk: `${attemptPrefix(position)}${String(number).padStart(attemptDigits, '0')}`,
});

/** The operational messages to one endpoint, each about another endpoint of its owner. */
export const operationalPrefix = 'N#';
export const operationalKey = (endpointId: string, instant: string, about: string) => ({
  pk: endpointPartition(endpointId),
  sk: `${operationalPrefix}${instant}#${about}`,
});

/** The recipients of an event, by endpoint; kept for good. */
export const recipientsPartition = (eventId: string) => `R#${eventId}`;
export const recipientKey = (eventId: string, endpointId: string) => ({
  pk: recipientsPartition(eventId),
  sk: endpointId,
});

/** The endpoints that have something to send. */
export const dueEndpointsPartition = 'DUE';
export const dueEndpointKey = (endpointId: string) => ({ pk: dueEndpointsPartition, sk: endpointId });

/** The endpoints that are behind, which fan-out queues nothing for. */
export const behindPartition = 'BEHIND';
export const behindKey = (endpointId: string) => ({ pk: behindPartition, sk: endpointId });

export const fanOutKey = { pk: 'META', sk: 'FAN_OUT' };

/** The entries that fan-out has parked, by position. */
export const fanOutParkedPartition = 'PARKED#FAN_OUT';
export const fanOutParkedKey = (position: number) => ({
  pk: fanOutParkedPartition,
  sk: positionKey(position),
});

/** The redactions whose traces are being erased, by the time at which their next step is due. */
export const erasingQueuePartition = 'ERASING';
export const erasingQueueKey = (dueAt: string, id: string) => ({ pk: erasingQueuePartition, sk: `${dueAt}#${id}` });

/** The same redactions by their event. */
export const erasingPartition = (eventId: string) => `ERASING#${eventId}`;
export const erasingKey = (eventId: string, position: number) => ({
  pk: erasingPartition(eventId),
  sk: positionKey(position),
});

/** The partition of the attempts of fan-out at entries that failed before. */
export const fanOutAttemptsPartition = 'ATTEMPTS#FAN_OUT';

/** The counters of one hour of a newsroom. */
export const ownerLimitKey = (owner: string, hour: string) => ({ pk: `L#owner#${owner}`, sk: hour });

/** The endpoint that a newsroom registered last. */
export const lastRegisteredKey = (owner: string) => ({ pk: `L#owner#${owner}`, sk: 'LAST_REGISTERED' });

/** The counters of one hour of what a newsroom sends to a host. */
export const hostLimitKey = (owner: string, host: string, hour: string) => ({
  pk: `L#host#${owner}#${host}`,
  sk: hour,
});

/** The proof that a host answered a verification of a newsroom. */
export const hostProofKey = (owner: string, host: string) => ({ pk: `L#host#${owner}#${host}`, sk: 'PROOF' });
