import { createHmac } from 'node:crypto';
import { receiverRules } from '../runtime/environment.ts';

const product = 'Timeline-Webhooks/1.0';

const secretPrefix = 'whsec_';

/**
 * A symmetric signature by Standard Webhooks 1.0. Its library brings an implementation of SHA-256 in JavaScript along;
 * receivers and tests check by it.
 */
function signatureOf(secret: string, signedText: string): string {
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  return `v1,${createHmac('sha256', key).update(signedText).digest('base64')}`;
}

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
  const seconds = String(Math.floor(now / 1_000));
  const signedText = `${id}.${seconds}.${body}`;
  return {
    'content-type': 'application/cloudevents+json',
    'user-agent': userAgent(),
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets.map((secret) => signatureOf(secret, signedText)).join(' '),
  };
}
