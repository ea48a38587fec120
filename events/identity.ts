import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { base32 } from './base32.ts';

const idLength = 26;

/** The form of an event id, as a part of a regular expression. */
export const eventIdForm = `evt_[a-z2-7]{${idLength}}`;

/** The form of an event id. */
export const eventIdPattern = new RegExp(`^${eventIdForm}$`);

/** The `source` of what a newsroom writes. Ids of events are derived from it, so it can never change. */
export const sourceOf = (newsroom: string): string => `/newsrooms/${newsroom}`;

/**
 * The public id of an event. It is derived from the event's `source` and `id`, so that a retry is recognized for ever.
 *
 * @example eventIdOf('/newsrooms/afp', 'lachin-2020-12-01') // 'evt_' and 26 letters and digits
 */
export function eventIdOf(source: string, id: string): string {
  return `evt_${base32(hash('sha256', `${source}\n${id}`, 'buffer')).slice(0, idLength)}`;
}

/**
 * SHA-256, in base64url, of a salt and the canonical JSON (RFC 8785) of a value. Without the salt, nobody can find the
 * value by trying.
 */
export function commitmentTo(value: object, salt: string): string {
  return hash('sha256', `${salt}\n${canonicalize(value)}`, 'base64url');
}

/**
 * SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of a value: equal for equal content, whatever the order of
 * its keys.
 *
 * @throws {Error} when the value has no canonical form: it contains a lone surrogate or a number that is not finite
 */
export function digestOf(value: object): string {
  return hash('sha256', canonicalize(value) as string, 'hex');
}
