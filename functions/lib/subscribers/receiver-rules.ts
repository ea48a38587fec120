import type { ReceiverRules } from '../../../events/webhooks/webhook-url.ts';

/**
 * Where receivers may be, as the environment says. `LOOPBACK_RECEIVERS` is set by the local system and never by the template;
 * `OWN_HOSTS` are the hosts of this API, the public one first.
 */
export function receiverRules(): ReceiverRules {
  const { LOOPBACK_RECEIVERS: loopback, OWN_HOSTS: ownHosts = '' } = process.env;
  return { loopback: loopback === 'allowed', ownHosts: ownHosts.split(',').filter((host) => host !== '') };
}
