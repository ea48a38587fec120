import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { base32 } from './base32.ts';

const idLength = 26;

/** What every event id looks like. */
export const eventIdPattern = /^evt_[a-z2-7]{26}$/;

/**
 * The public id of an event: a function of who says it and of their own id for it, so that a retry is recognised for ever.
 *
 * @example eventIdOf('/newsrooms/afp', 'lachin-2020-12-01') // 'evt_' and 26 letters and digits
 */
export function eventIdOf(source: string, id: string): string {
  return `evt_${base32(createHash('sha256').update(`${source}\n${id}`).digest()).slice(0, idLength)}`;
}

/**
 * SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of a value: equal for equal content, whatever the order of
 * its keys. Throws on what has no canonical form (a lone surrogate, a number that is not finite).
 */
export function digestOf(value: object): string {
  return createHash('sha256')
    .update(canonicalize(value) as string)
    .digest('hex');
}
