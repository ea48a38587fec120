import type { Message } from './schemas.ts';

const toleranceSeconds = 300;

const secretPrefix = 'whsec_';

/** The message did not come from the API, was changed on the way, or is too old. Answer it with 401. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

/** Those of fetch, whichever package they come from, or those of Node.js. */
type HeadersLike = Pick<Headers, 'get'> | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** The secret of the endpoint: `whsec_…`. */
  readonly secret: string;
  readonly headers: HeadersLike;
  /** The body as it arrived. JSON that was parsed and written again has another signature. */
  readonly body: string | Uint8Array;
  /** Epoch milliseconds. Default: now. */
  readonly now?: number;
}

const hasGet = (headers: HeadersLike): headers is Pick<Headers, 'get'> => typeof headers.get === 'function';

/** The value of a header. Node.js writes the names in lower case, and gateways as they were sent. */
function writtenValueOf(headers: HeadersLike, name: string): string | null | undefined {
  if (hasGet(headers)) return headers.get(name);
  const written = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return written === undefined ? undefined : [headers[written]].flat()[0];
}

function headerOf(headers: HeadersLike, name: string): string {
  const value = writtenValueOf(headers, name);
  if (!value) throw new WebhookVerificationError(`The header ${name} is missing.`);
  return value;
}

const bytesOfBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** The bytes of a signature; none if it is no base64. */
function signatureBytes(signature: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return bytesOfBase64(signature);
  } catch {
    return undefined;
  }
}

/**
 * Verifies a webhook by Standard Webhooks 1.0, with Web Crypto, and returns its message. While a secret is rotated, a
 * message has several signatures, of which one must be right. The comparison takes the same time for every wrong
 * signature.
 *
 * @throws {WebhookVerificationError} if no signature is right, or the message is older or newer than five minutes
 */
export async function verifyWebhook({ secret, headers, body, now = Date.now() }: VerifyOptions): Promise<Message> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds) {
    throw new WebhookVerificationError('The message was not sent within the last five minutes. Is the clock right?');
  }
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const signed = new Uint8Array(head.length + bytes.length);
  signed.set(head);
  signed.set(bytes, head.length);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const keyBytes = bytesOfBase64(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret);
  const key = await crypto.subtle.importKey('raw', keyBytes, algorithm, false, ['verify']);
  for (const signature of signatures.split(' ')) {
    const [version, text = ''] = signature.split(',');
    const expected = version === 'v1' ? signatureBytes(text) : undefined;
    if (expected && (await crypto.subtle.verify('HMAC', key, expected, signed))) {
      return JSON.parse(new TextDecoder().decode(bytes)) as Message;
    }
  }
  throw new WebhookVerificationError(
    'No signature is right. Is it the secret of this endpoint, and the body as it arrived?',
  );
}
