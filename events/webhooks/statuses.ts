/** The statuses of an endpoint. Messages are sent to it while it is `active` or `retrying`. */
export const endpointStatuses = ['pending', 'active', 'retrying', 'disabled'] as const;

/** Why an endpoint is disabled: its newsroom requested it, it answered 410, or it failed for days. */
export const disabledReasons = ['requested', 'gone', 'failing'] as const;

/** The statuses of a delivery. All but `pending` are settled. */
export const deliveryStatuses = ['pending', 'acknowledged', 'parked', 'withdrawn', 'skipped'] as const;
