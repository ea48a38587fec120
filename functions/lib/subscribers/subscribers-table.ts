import { environment } from '../runtime/environment.ts';

/** The table of endpoints, what is to be sent to them, and who was sent what. Its keys are named here and nowhere else. */
export const subscribersTable = environment('SUBSCRIBERS_TABLE');

/** As many as the feed's sort key has, so that text is in the order of positions. */
const positionDigits = 12;
const attemptDigits = 6;

/** The partition of what fan-out matches against; its version is raised whenever an entry is put or removed. */
export const activeEndpointsPartition = 'REGISTRY';
export const activeEndpointPrefix = 'E#';
export const activeEndpointsVersionKey = { pk: activeEndpointsPartition, sk: 'VERSION' };
export const activeEndpointKey = (endpointId: string) => ({
  pk: activeEndpointsPartition,
  sk: `${activeEndpointPrefix}${endpointId}`,
});

/** The partition of all that one endpoint has, but for its secrets and its entries in the registry and in the list of its owner. */
export const endpointPartition = (endpointId: string) => `W#${endpointId}`;
export const endpointKey = (endpointId: string) => ({ pk: endpointPartition(endpointId), sk: 'ENDPOINT' });
export const stateKey = (endpointId: string) => ({ pk: endpointPartition(endpointId), sk: 'STATE' });

/** In a partition of its own: most who may read the rest of an endpoint are denied all that begin so (infra/bind-subscribers.ts). */
export const secretsKey = (endpointId: string) => ({ pk: `S#${endpointId}`, sk: 'SECRETS' });

/** The endpoints of an owner, by id. */
export const ownerPartition = (owner: string) => `O#${owner}`;
export const ownedKey = (owner: string, endpointId: string) => ({ pk: ownerPartition(owner), sk: endpointId });

export const deliveryPrefix = 'D#';
export const deliveryKey = (endpointId: string, position: number) => ({
  pk: endpointPartition(endpointId),
  sk: `${deliveryPrefix}${String(position).padStart(positionDigits, '0')}`,
});

/** All attempts at one delivery begin so; their numbers follow. */
export const attemptPrefix = (position: number) => `A#${String(position).padStart(positionDigits, '0')}#`;
export const attemptKey = (endpointId: string, position: number, number: number) => ({
  pk: endpointPartition(endpointId),
  sk: `${attemptPrefix(position)}${String(number).padStart(attemptDigits, '0')}`,
});

/** What one endpoint is told of another one of its owner. */
export const operationalPrefix = 'N#';
export const operationalKey = (endpointId: string, instant: string, about: string) => ({
  pk: endpointPartition(endpointId),
  sk: `${operationalPrefix}${instant}#${about}`,
});

/** For whom an event was meant, by endpoint; kept for good. */
export const recipientsPartition = (eventId: string) => `R#${eventId}`;
export const recipientKey = (eventId: string, endpointId: string) => ({
  pk: recipientsPartition(eventId),
  sk: endpointId,
});

/** The endpoints that have something to be sent. */
export const dueEndpointsPartition = 'DUE';
export const dueEndpointKey = (endpointId: string) => ({ pk: dueEndpointsPartition, sk: endpointId });

export const fanOutKey = { pk: 'META', sk: 'FAN_OUT' };

/** The partition of the attempts of fan-out at entries that failed before. */
export const fanOutAttemptsPartition = 'ATTEMPTS#FAN_OUT';

/** How often something was asked for in an hour, by who asked or whom it goes to. */
export const limitKey = (whose: 'owner' | 'host', name: string, hour: string) => ({
  pk: `L#${whose}#${name}`,
  sk: hour,
});
