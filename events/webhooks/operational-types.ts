/*
 * The types of operational messages: CloudEvents about an endpoint, which are no events of the record.
 */

/** Asks a receiver whether it wants messages, by a challenge that it sends back. */
export const verificationType = 'webhook.verification';

/** A message without data, to test an endpoint. */
export const pingType = 'webhook.ping';

/** Another endpoint of the same newsroom was disabled. Only a filter that names the type matches it. */
export const endpointDisabledType = 'webhook.endpoint.disabled';
