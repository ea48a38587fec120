import { assertReceiverUrl } from '../../../events/webhooks/webhook-url.ts';
import type { Request } from '../http/request.ts';
import { receiverRules } from '../subscribers/receiver-rules.ts';

const rules = receiverRules();

/**
 * That messages may be posted to this URL, as far as the URL itself tells; what its host resolves to is looked at whenever
 * something is sent.
 *
 * @throws {InvalidInput} pointing at `/url`
 */
export function assertReceiver(url: string, { origin }: Pick<Request, 'origin'>): void {
  assertReceiverUrl(url, { ...rules, ownHosts: [...rules.ownHosts, new URL(origin).host] });
}
