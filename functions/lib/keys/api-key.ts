import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { base32 } from '../../../events/base32.ts';

const idSuffixLength = 6;
const secretBytes = 32;

/** `tl_<newsroom>-<6 base32>_<32 bytes as base64url>`. The id has no underscore, but the secret may have one. */
const keyForm = /^tl_([a-z0-9][a-z0-9-]{0,39}-[a-z2-7]{6})_([A-Za-z0-9_-]{43})$/;

/** The hash of no secret. It is compared if there is no key with the id, so that both cases take the same time. */
const noHash = Buffer.alloc(32);

/** The two parts of a key in a request. */
export interface PresentedKey {
  readonly keyId: string;
  readonly secret: string;
}

/** SHA-256, in hexadecimal. A secret of 256 random bits does not need a slower hash. */
export function secretHashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether the secret has this hash, in constant time. Without a hash it is false, in the same time. */
export function isSecretOf(secret: string, hash: string | undefined): boolean {
  const stored = hash === undefined ? noHash : Buffer.from(hash, 'hex');
  return timingSafeEqual(Buffer.from(secretHashOf(secret), 'hex'), stored) && hash !== undefined;
}

/** The parts of a key; null if the text does not have the form of a key. */
export function parseApiKey(text: string): PresentedKey | null {
  const [, keyId, secret] = keyForm.exec(text) ?? [];
  return keyId !== undefined && secret !== undefined ? { keyId, secret } : null;
}

/** A new key of a newsroom. It can be shown only now, since only the hash of its secret is stored. */
export function newApiKey(newsroom: string): { key: string; keyId: string; secretHash: string } {
  const suffix = base32(randomBytes(idSuffixLength)).slice(0, idSuffixLength);
  const keyId = `${newsroom}-${suffix}`;
  const secret = randomBytes(secretBytes).toString('base64url');
  return { key: `tl_${keyId}_${secret}`, keyId, secretHash: secretHashOf(secret) };
}
