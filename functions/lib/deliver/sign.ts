import { Webhook } from 'standardwebhooks';
import { receiverRules } from '../runtime/environment.ts';

const product = 'Timeline-Webhooks/1.0';

/** The `User-Agent`: the product and, if the host of this API is known, where to read about it. */
export function userAgent(): string {
  const [host] = receiverRules().ownHosts;
  return host === undefined ? product : `${product} (+https://${host}/docs)`;
}

/**
 * The headers of a message by Standard Webhooks 1.0 and CloudEvents 1.0 (structured mode).
 *
 * @param id the id of the message, the same for every attempt
 * @param secrets each of them signs; the current one is first
 * @param now epoch milliseconds
 */
export function signedHeaders(
  { id, body }: { readonly id: string; readonly body: string },
  secrets: readonly string[],
  now: number,
): Record<string, string> {
  const at = new Date(now);
  return {
    'content-type': 'application/cloudevents+json',
    'user-agent': userAgent(),
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
