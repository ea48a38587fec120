import { assertReceiverUrl, type ReceiverRules } from '../../events/webhook-url.ts';
import type { Request } from './http.ts';

/**
 * The one allow-list: the system on a laptop sets it, for receivers on the same machine; no template does. Host names of our own,
 * separated by commas.
 */
const { LOOPBACK_RECEIVERS: loopback, OWN_HOSTS: ownHosts = '' } = process.env;

const rules: ReceiverRules = {
  loopback: loopback === 'allowed',
  ownHosts: ownHosts.split(',').filter((host) => host !== ''),
};

/**
 * That messages may be posted to this URL, as far as the URL itself tells; what its host resolves to is looked at whenever
 * something is sent.
 *
 * @throws {InvalidInput} pointing at `/url`
 */
export function assertReceiver(url: string, { origin }: Pick<Request, 'origin'>): void {
  assertReceiverUrl(url, { ...rules, ownHosts: [...rules.ownHosts, new URL(origin).host] });
}
